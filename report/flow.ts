import type { StepContent } from './content.ts';

/** That a step reads what another has made. */
export interface Flow {
  from: number;
  to: number;
  /** Names of the outputs; empty where a step has not said yet what it reads, and merely comes next. */
  outputs: string[];
}

type Step = Pick<StepContent, 'outputs' | 'record'>;

/** What flows between steps, by their places: an input that refers to an earlier step's output, or lies in it. */
export function findFlows(steps: readonly Step[]): Flow[] {
  return steps.flatMap(({ record }, to) => {
    if (record === undefined) return to === 0 ? [] : [{ from: to - 1, to, outputs: [] }];
    const paths = Object.values(record.inputs).flatMap((input) =>
      typeof input === 'object' ? [input.path] : [],
    );
    return steps.slice(0, to).flatMap(({ outputs = {} }, from) => {
      const read = Object.entries(outputs).filter(([, { path }]) =>
        paths.some((one) => one === path || one.startsWith(`${path}/`)),
      );
      return read.length === 0 ? [] : [{ from, to, outputs: read.map(([name]) => name) }];
    });
  });
}

/** The row of each step: below everything it reads. */
export function findRows(count: number, flows: readonly Flow[]): number[] {
  const rows: number[] = [];
  for (let step = 0; step < count; step++)
    rows.push(Math.max(0, ...flows.filter(({ to }) => to === step).map(({ from }) => rows[from]! + 1)));
  return rows;
}
