import type { FileStore } from '../store/file.ts';
import { readRun } from '../store/run.ts';
import { combinationAt, trainingId } from '../workflows/grid.ts';
import type { Parameters, ParameterValue } from '../workflows/messages.ts';
import { compareValues } from '../workflows/objective.ts';
import type { SweepProgress, TrainingResult } from '../workflows/sweep-messages.ts';

/** A training of a sweep that has ended: a line of its table. */
export interface SweepRow {
  runId: string;
  state: TrainingResult['state'];
  /** The parameters that vary. */
  parameters: Parameters;
  /** What was measured, as far as it is a number. */
  metrics: Record<string, number>;
  seconds: number;
  failure: string | null;
}

/** The trainings of a sweep that have ended, the best first, with what their run records say. */
export async function readResults(store: FileStore, sweep: SweepProgress): Promise<SweepRow[]> {
  const { sweepId, grid, objective, count } = sweep;
  const sorted = sweep.results.toSorted(
    (a, b) => compareValues(objective, a.value, b.value) || a.index - b.index,
  );
  const rows: SweepRow[] = [];
  // One after another: ten thousand files at once are more than a process may have open.
  for (const { index, state, value, seconds } of sorted) {
    const runId = trainingId(sweepId, index, count);
    const record = await readRun(store, runId);
    rows.push({
      runId,
      state,
      parameters: combinationAt(grid, index),
      metrics: {
        ...(value === undefined ? {} : { [objective.metric]: value }),
        ...numbersOf(record?.metrics ?? {}),
      },
      seconds,
      failure: state === 'failed' ? (record?.failure ?? 'no reason given') : null,
    });
  }
  return rows;
}

/** The names of all metrics there are, the objective's first. */
export function metricNames(
  rows: readonly SweepRow[],
  { objective }: Pick<SweepProgress, 'objective'>,
): string[] {
  return [...new Set([objective.metric, ...rows.flatMap(({ metrics }) => Object.keys(metrics))])];
}

/** The table as CSV, as spreadsheets and pandas read it: a line of titles, then a line for each training. */
export function renderCsv(
  rows: readonly SweepRow[],
  sweep: Pick<SweepProgress, 'objective' | 'grid'>,
): string {
  const parameters = Object.keys(sweep.grid);
  const metrics = metricNames(rows, sweep);
  const lines = rows.map((row) => [
    row.runId,
    row.state,
    ...parameters.map((name) => row.parameters[name]),
    ...metrics.map((name) => row.metrics[name]),
    row.seconds,
    row.failure,
  ]);
  return [['run', 'state', ...parameters, ...metrics, 'seconds', 'failure'], ...lines]
    .map((line) => `${line.map(quote).join(',')}\n`)
    .join('');
}

/** A field as RFC 4180 writes it. */
function quote(value: ParameterValue | null | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const numbersOf = (metrics: Record<string, unknown>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(metrics).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
