import { setCurrentDetails } from '@temporalio/workflow';
import { combinationAt } from './grid.ts';
import type { Parameters } from './messages.ts';
import type { SweepProgress } from './sweep-messages.ts';

/** Shows a sweep in the Web UI: how many trainings stand where, and the best so far. */
export function showSweep({ state, count, running, results, best, grid, ...sweep }: SweepProgress): void {
  const { objective, firstFailure, failure, cancellation, model } = sweep;
  const headline = state === 'cancelling' ? 'cancel requested, not confirmed' : state;
  setCurrentDetails(
    [
      `**${headline}**${cancellation === undefined ? '' : ` (${cancellation.by}: ${cancellation.reason})`}`,
      '',
      `${results.length} of ${count} trainings ended, ${running.length} under way`,
      ...(best?.value === undefined
        ? []
        : ['', `best ${objective.metric} ${best.value}: ${describeValues(combinationAt(grid, best.index))}`]),
      ...(model === undefined ? [] : ['', `model ${model.name} version ${model.version}`]),
      ...(firstFailure === undefined ? [] : ['', `first failure: ${firstFailure}`]),
      ...(failure === undefined ? [] : ['', failure]),
    ].join('\n'),
  );
}

/** One line for a training of a sweep: `7 of 30 · test_size 0.2 · random_state 6`. */
export const summarizeTraining = (index: number, count: number, values: Parameters): string =>
  `${index + 1} of ${count} · ${describeValues(values)}`.slice(0, 180);

/** Parameters in one line: `test_size 0.2 · random_state 6`. */
const describeValues = (values: Parameters): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ');
