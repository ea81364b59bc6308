/** Many trainings at once: a run each, the best of them found, a bounded history however many there are. */
import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { sweepActivities } from './activities.ts';
import { handleCancellation } from './cancellation.ts';
import { countCombinations } from './grid.ts';
import { isCancelled } from './step.ts';
import { showSweep } from './sweep-details.ts';
import { sweepProgressQuery, type SweepInput, type SweepProgress } from './sweep-messages.ts';
import { describeFailure, failSweep, registerBest, runTrainings } from './trainings.ts';

/**
 * Trains with each combination of a grid, so many at a time, and writes down which was best.
 *
 * A training that fails is a row of the table; the sweep fails when all have. When its history has grown long it
 * continues as new, after the trainings under way have ended: they would end with it.
 *
 * @throws ApplicationFailure SweepFailed, CancelledFailure
 */
export async function sweep(input: SweepInput): Promise<SweepProgress> {
  const progress = openProgress(input);
  handleMessages(input, progress);
  showSweep(progress);
  await runTrainings(input, progress);
  // A cancellation that is being passed on is waited for: the next execution would not know of it.
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  if (progress.results.length < progress.count && !isCancelled()) return continueSweep(input, progress);
  return concludeSweep(input, progress);
}

function openProgress(input: SweepInput): SweepProgress {
  const { run, grid, objective, maxParallel, carried } = input;
  const { workflowId, firstExecutionRunId, startTime } = workflowInfo();
  return {
    sweepId: workflowId,
    executionId: firstExecutionRunId,
    pipeline: run.pipeline,
    target: run.target,
    state: 'running',
    parameters: Object.fromEntries(Object.entries(run.parameters).filter(([name]) => !(name in grid))),
    grid,
    objective,
    maxParallel,
    registerBest: input.registerBest,
    startedBy: run.startedBy,
    startedAt: startTime.toISOString(),
    count: countCombinations(grid),
    running: [],
    results: [],
    ...carried,
  };
}

function handleMessages({ run }: SweepInput, progress: SweepProgress): void {
  setHandler(sweepProgressQuery, () => progress, { description: 'State, trainings, the best so far' });
  const description = 'Cancels the sweep with all its trainings, with who and why';
  handleCancellation(run, progress, description, () => showSweep(progress));
}

function continueSweep(input: SweepInput, progress: SweepProgress): Promise<never> {
  const { startedAt, results, best, firstFailure } = progress;
  return continueAsNew<typeof sweep>({
    ...input,
    carried: {
      startedAt,
      results,
      ...(best === undefined ? {} : { best }),
      ...(firstFailure === undefined ? {} : { firstFailure }),
    },
  });
}

async function concludeSweep(input: SweepInput, progress: SweepProgress): Promise<SweepProgress> {
  try {
    if (isCancelled()) throw new CancelledFailure('the sweep was cancelled');
    if (progress.results.every(({ state }) => state !== 'completed'))
      throw failSweep(
        `none of ${progress.count} trainings completed; the first failure: ${progress.firstFailure ?? 'cancelled'}`,
      );
    if (input.registerBest) await registerBest(input, progress);
    progress.state = 'completed';
    return progress;
  } catch (error) {
    progress.state = isCancelled() ? 'cancelled' : 'failed';
    if (progress.state === 'cancelled') throw new CancelledFailure('the sweep was cancelled');
    progress.failure = describeFailure(error);
    throw error;
  } finally {
    await CancellationScope.nonCancellable(() => finishSweep(input, progress));
  }
}

async function finishSweep({ run }: SweepInput, progress: SweepProgress): Promise<void> {
  progress.finishedAt = new Date().toISOString();
  showSweep(progress);
  // A sweep whose trainings are done does not fail because its table could not be written.
  await sweepActivities(run)
    .recordSweep(progress)
    .catch((error: unknown) => log.warn('the results of the sweep were not written', { error }));
  await condition(allHandlersFinished);
}
