/** Conditions on metrics: `r2 >= 0.15`, `r2 >= 0.15 and mse < 4200`. Pure: the client checks them before a run starts. */
import type { Metrics } from './messages.ts';

interface Comparison {
  metric: string;
  operator: Operator;
  bound: number;
}

const operators = {
  '>=': (value: number, bound: number) => value >= bound,
  '<=': (value: number, bound: number) => value <= bound,
  '>': (value: number, bound: number) => value > bound,
  '<': (value: number, bound: number) => value < bound,
} as const;
type Operator = keyof typeof operators;

const comparison = /^([A-Za-z_][\w.-]*)\s*(>=|<=|>|<)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/i;

/** The comparisons of a condition, joined by `and`; undefined where the text is none. */
export function parseCondition(text: string): Comparison[] | undefined {
  const found = text.split(/\s+and\s+/i).map((part) => comparison.exec(part.trim()));
  if (found.some((match) => match === null)) return undefined;
  return found.map((match) => ({
    metric: match![1]!,
    operator: match![2] as Operator,
    bound: Number(match![3]),
  }));
}

/** Whether the metrics meet a condition; a metric that is missing or no number does not. */
export function meetsCondition(text: string, metrics: Metrics): boolean {
  const comparisons = parseCondition(text);
  return (
    comparisons?.every(({ metric, operator, bound }) => {
      const value = metrics[metric];
      return typeof value === 'number' && operators[operator](value, bound);
    }) ?? false
  );
}
