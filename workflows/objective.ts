/** What makes a training better than another. Pure: the client decides by it, the workflow compares by it. */
import type { Metrics } from './messages.ts';

export interface Objective {
  metric: string;
  direction: 'max' | 'min';
}

/** The value of the objective's metric, as a part of a result; nothing where it was not measured. */
export function measure({ metric }: Objective, metrics: Metrics): { value?: number } {
  const value = metrics[metric];
  return typeof value === 'number' && Number.isFinite(value) ? { value } : {};
}

/** Sorts values from the best to the worst, those that were not measured last. */
export function compareValues(
  { direction }: Objective,
  a: number | undefined,
  b: number | undefined,
): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return direction === 'max' ? b - a : a - b;
}
