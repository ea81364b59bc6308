/** The combinations a sweep goes through, and the ids of their runs. Pure: client, workflow and store count by it. */
import type { Parameters, ParameterValue } from './messages.ts';

/** The values of each parameter that varies. */
export type Grid = Record<string, ParameterValue[]>;

/** How many combinations a grid has. */
export const countCombinations = (grid: Grid): number =>
  Object.values(grid).reduce((count, values) => count * values.length, 1);

/** The combination at an index, from 0; the values of the last parameter change fastest. */
export function combinationAt(grid: Grid, index: number): Parameters {
  let rest = index;
  const picked = Object.entries(grid)
    .toReversed()
    .map(([name, values]) => {
      const value = values[rest % values.length]!;
      rest = Math.floor(rest / values.length);
      return [name, value] as const;
    });
  return Object.fromEntries(picked.toReversed());
}

/** The id of a training of a sweep, from its index from 0: `<sweep>-07` is the seventh of ten to ninety-nine. */
export const trainingId = (sweepId: string, index: number, count: number): string =>
  `${sweepId}-${String(index + 1).padStart(String(count).length, '0')}`;

/** The id of the run that registers the best training's model. */
export const bestId = (sweepId: string): string => `${sweepId}-best`;

/** The sweep a run is of, to judge by its id. */
export const sweepIdOf = (runId: string): string | undefined => /^(.+)-(?:\d+|best)$/.exec(runId)?.[1];
