/** The trainings of a sweep: runs of their own, so many at a time. */
import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  condition,
  executeChild,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import { bestId, combinationAt, trainingId } from './grid.ts';
import { failureTypes, type Progress, type Rerun, type RunInput } from './messages.ts';
import { compareValues, measure } from './objective.ts';
import { describeStart } from './start-options.ts';
import { isCancelled } from './step.ts';
import { showSweep, summarizeTraining } from './sweep-details.ts';
import type { SweepInput, SweepProgress, TrainingResult } from './sweep-messages.ts';

/** Events after which an execution starts no further training: those under way can still be cancelled below 2,000. */
const defaultHistoryLimit = 1500;

/** Events of a training: started and ended are three, and each but the first takes a workflow task of three. */
const eventsOfTraining = 9;

/** Runs trainings until all have ended, the history is long or the sweep is cancelled; none is under way after that. */
export async function runTrainings(input: SweepInput, progress: SweepProgress): Promise<void> {
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
async function runTraining(
  { run, grid, objective }: SweepInput,
  progress: SweepProgress,
  index: number,
): Promise<void> {
  const began = Date.now();
  const values = combinationAt(grid, index);
  const end = (state: TrainingResult['state']): TrainingResult => ({
    index,
    state,
    seconds: (Date.now() - began) / 1000,
  });
  let result: TrainingResult;
  progress.running.push(index);
  try {
    const training = await runChild(
      { ...run, parameters: { ...run.parameters, ...values } },
      trainingId(progress.sweepId, index, progress.count),
      summarizeTraining(index, progress.count, values),
    );
    result = { ...end('completed'), ...measure(objective, training.metrics) };
    if (compareValues(objective, result.value, progress.best?.value) < 0)
      progress.best = { ...result, rerun: keepResults(training) };
  } catch (error) {
    result = end(isCancellation(error) ? 'cancelled' : 'failed');
    if (result.state === 'failed') progress.firstFailure ??= describeFailure(error);
  }
  progress.running.splice(progress.running.indexOf(index), 1);
  progress.results.push(result);
  showSweep(progress);
}

const keepResults = ({ runId, executionId, steps }: Progress): Rerun => ({
  runId,
  executionId,
  attempts: Object.fromEntries(
    steps.filter(({ state }) => state === 'done').map(({ name, attempt }) => [name, attempt]),
  ),
});

/** Runs all steps once more with the best training's parameters; it has trained already, so what it made is kept. */
export async function registerBest({ run, grid }: SweepInput, progress: SweepProgress): Promise<void> {
  const { best, sweepId, objective } = progress;
  if (best === undefined)
    throw failSweep(`no training measured ${objective.metric}: there is no best one to register`);
  const { until: _, ...all } = run;
  const parameters = { ...run.parameters, ...combinationAt(grid, best.index) };
  try {
    const registered = await runChild(
      { ...all, parameters, rerun: best.rerun, forceRerun: false },
      bestId(sweepId),
      `registers ${best.rerun.runId}`,
    );
    if (registered.model !== undefined) progress.model = registered.model;
  } catch (error) {
    throw failSweep(`the best training, ${best.rerun.runId}, was not registered: ${describeFailure(error)}`);
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
    ...describeStart(run),
    staticSummary,
  });

/** The failure of a sweep. */
export const failSweep = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, failureTypes.sweepFailed);

/** Why a run that was started here failed. */
export function describeFailure(error: unknown): string {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  return cause instanceof Error ? cause.message.slice(0, 500) : String(cause);
}
