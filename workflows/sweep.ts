/** Many trainings at once: a run each, the best of them found, a bounded history however many there are. */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  ChildWorkflowFailure,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { ioActivities, sweepActivities } from './activities.ts';
import { combinationAt, countCombinations, trainingId } from './grid.ts';
import { cancelRunSignal, failureTypes, type Progress, type RunInput } from './messages.ts';
import { compareValues, measure } from './objective.ts';
import { startAttributes } from './search-attributes.ts';
import { showSweep, summarizeTraining } from './sweep-details.ts';
import {
  sweepProgressQuery,
  type SweepInput,
  type SweepProgress,
  type TrainingResult,
} from './sweep-messages.ts';

/** Events after which an execution starts no further training: those under way can still be cancelled below 2,000. */
const defaultHistoryLimit = 1500;

/** Events of a training: started and ended are three, and each but the first takes a workflow task of three. */
const eventsOfTraining = 9;

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
  const { run, grid, objective, maxParallel, registerBest, carried } = input;
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
    registerBest,
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
  setHandler(
    cancelRunSignal,
    async (cancellation) => {
      if (progress.cancellation !== undefined) return;
      progress.cancellation = cancellation;
      await CancellationScope.nonCancellable(() => ioActivities(run).requestCancellation());
    },
    { description: 'Cancels the sweep with all its trainings, with who and why' },
  );
  CancellationScope.current().cancelRequested.catch(() => {
    if (progress.state === 'running') progress.state = 'cancelling';
    showSweep(progress);
  });
}

/** Runs trainings until all have ended, the history is long or the sweep is cancelled; none is under way after that. */
async function runTrainings(input: SweepInput, progress: SweepProgress): Promise<void> {
  const trainings: Promise<void>[] = [];
  const started = progress.results.length;
  while (started + trainings.length < progress.count && hasRoom(input, progress) && !isCancelled()) {
    trainings.push(runTraining(input, progress, started + trainings.length));
    await CancellationScope.nonCancellable(() =>
      condition(() => progress.running.length < input.maxParallel),
    );
  }
  await Promise.all(trainings);
}

function hasRoom({ historyLimit = defaultHistoryLimit }: SweepInput, { running }: SweepProgress): boolean {
  const { historyLength } = workflowInfo();
  // One at least, or a sweep with a small limit would never come to an end.
  if (historyLength < eventsOfTraining) return true;
  return historyLength + eventsOfTraining * (running.length + 1) <= historyLimit;
}

/** Runs one training and keeps how it ended; does not reject. */
async function runTraining(input: SweepInput, progress: SweepProgress, index: number): Promise<void> {
  progress.running.push(index);
  const result = await train(input, progress, index);
  progress.running.splice(progress.running.indexOf(index), 1);
  progress.results.push(result);
  if (compareValues(input.objective, result.value, progress.best?.value) < 0) progress.best = result;
  showSweep(progress);
}

async function train(
  { run, grid, objective }: SweepInput,
  progress: SweepProgress,
  index: number,
): Promise<TrainingResult> {
  const began = Date.now();
  const values = combinationAt(grid, index);
  try {
    const { metrics } = await runChild(
      { ...run, parameters: { ...run.parameters, ...values } },
      trainingId(progress.sweepId, index, progress.count),
      summarizeTraining(index, progress.count, values),
    );
    return { index, state: 'completed', seconds: secondsSince(began), ...measure(objective, metrics) };
  } catch (error) {
    const state = isCancellation(error) ? 'cancelled' : 'failed';
    if (state === 'failed') progress.firstFailure ??= describeFailure(error);
    return { index, state, seconds: secondsSince(began) };
  }
}

/**
 * Runs a run as a child. When it is cancelled it is waited for, for only it knows when nothing of it is alive any more;
 * should the sweep be terminated, the server asks it to cancel itself.
 */
const runChild = (run: RunInput, workflowId: string, staticSummary: string): Promise<Progress> =>
  executeChild<(input: RunInput) => Promise<Progress>>(run.pipeline, {
    workflowId,
    args: [run],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    parentClosePolicy: 'REQUEST_CANCEL',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    typedSearchAttributes: startAttributes(run),
    staticSummary,
  });

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
    progress.state = 'completed';
    return progress;
  } catch (error) {
    progress.state = isCancelled() ? 'cancelled' : 'failed';
    if (progress.state === 'failed') progress.failure = describeFailure(error);
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

const secondsSince = (began: number): number => (Date.now() - began) / 1000;

const isCancelled = (): boolean => CancellationScope.current().consideredCancelled;

const failSweep = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, failureTypes.sweepFailed);

function describeFailure(error: unknown): string {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  return cause instanceof Error ? cause.message.slice(0, 500) : String(cause);
}
