/** What every pipeline run shares: its state, its messages, and `run.step`, the one way a step is run. */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  log,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { recordActivities } from './activities.ts';
import { handleCancellation } from './cancellation.ts';
import { showProgress } from './details.ts';
import { readFailure } from './failure.ts';
import { openGates } from './gates.ts';
import {
  failureTypes,
  progressQuery,
  setParametersSignal,
  updateParametersUpdate,
  type Progress,
  type Reference,
  type RunInput,
} from './messages.ts';
import { openParameters, type Binding, type OpenParameters } from './open-parameters.ts';
import type { ParameterSpecs } from './parameters.ts';
import { isCancelled, runStep } from './step.ts';

export { parameter } from './open-parameters.ts';

/** A run, as a pipeline's body sees it. */
export interface Run {
  /** Runs a step, or takes its result from where it is; returns its outputs. */
  step(name: string, inputs: Record<string, Binding>): Promise<Record<string, Reference>>;
  /** Where models are registered. */
  registry: string;
  /** Names this run for ever, also after its run id was used again. */
  globalId: string;
}

/**
 * Conducts a run from its first step to its record in the store.
 *
 * @param steps the names of all steps, in the order they are shown
 * @param body the pipeline
 * @returns the finished run
 * @throws ApplicationFailure StepFailed, CancelledFailure
 */
export async function conductRun(
  input: RunInput,
  specs: ParameterSpecs,
  steps: readonly string[],
  body: (run: Run) => Promise<void>,
): Promise<Progress> {
  const progress = openProgress(input, steps);
  const parameters = openParameters(specs, progress);
  const gates = openGates(input, progress, parameters);
  handleMessages(input, progress, parameters);
  showProgress(progress);

  try {
    await body({
      step(name, inputs) {
        if (progress.steps.some((step) => step.name === name && step.state === 'skipped'))
          throw new LastStepDone();
        return runStep({ input, progress, parameters, gates }, name, inputs);
      },
      registry: input.registry,
      globalId: `${progress.runId}/${progress.executionId}`,
    });
    progress.state = 'completed';
  } catch (error) {
    if (error instanceof LastStepDone) {
      progress.state = 'completed';
      return progress;
    }
    progress.state = isCancellation(error) || isCancelled() ? 'cancelled' : 'failed';
    if (progress.state === 'failed') progress.failure = readFailure(error).message;
    throw progress.state === 'failed' ? failRun(progress.failure ?? '', error) : cancelRun(error);
  } finally {
    await CancellationScope.nonCancellable(() => finishRun(input, progress));
  }
  return progress;
}

function openProgress(input: RunInput, steps: readonly string[]): Progress {
  const { workflowId, firstExecutionRunId, startTime } = workflowInfo();
  const last = input.until === undefined ? steps.length : steps.indexOf(input.until);
  return {
    runId: workflowId,
    executionId: firstExecutionRunId,
    pipeline: input.pipeline,
    target: input.target,
    state: 'running',
    parameters: { ...input.parameters },
    snapshot: input.snapshot,
    startedBy: input.startedBy,
    startedAt: startTime.toISOString(),
    steps: steps.map((name, index) => ({ name, state: index > last ? 'skipped' : 'waiting', attempt: 0 })),
    metrics: {},
    ...(input.rerun === undefined ? {} : { rerunOf: input.rerun.runId }),
  };
}

/** Ends the body of a pipeline whose run goes no further. */
class LastStepDone extends Error {}

function handleMessages(input: RunInput, progress: Progress, parameters: OpenParameters): void {
  setHandler(progressQuery, () => progress, { description: 'State, parameters, steps, metrics' });
  setHandler(updateParametersUpdate, parameters.change, {
    validator: parameters.assertChangeable,
    description: 'Changes parameters no step has used yet; refuses the others',
  });
  setHandler(
    setParametersSignal,
    (change) => {
      const problems = parameters.findProblems(change);
      if (problems.length === 0) parameters.change(change);
      else log.warn(`setParameters refused: ${problems.join(' ')}`);
    },
    { description: 'As updateParameters, without an answer' },
  );
  handleCancellation(input, progress, 'Cancels the run, with who and why', () => showProgress(progress));
}

async function finishRun(input: RunInput, progress: Progress): Promise<void> {
  progress.finishedAt = new Date().toISOString();
  showProgress(progress);
  setResultAttributes(input, progress);
  // A run whose work is done does not fail because its record could not be written.
  await recordActivities
    .recordRun(progress)
    .catch((error: unknown) => log.warn('the run record was not written', { error }));
  await condition(allHandlersFinished);
}

function setResultAttributes(input: RunInput, { metrics }: Progress): void {
  if (!input.searchAttributes.includes('MlR2') || typeof metrics['r2'] !== 'number') return;
  upsertSearchAttributes([
    { key: defineSearchAttributeKey('MlR2', SearchAttributeType.DOUBLE), value: metrics['r2'] },
  ]);
}

// A step whose worker died ends by a time-out, also when it was cancelled: the run is Canceled all the same.
const cancelRun = (error: unknown): unknown =>
  isCancellation(error) ? error : new CancelledFailure('the run was cancelled');

const failRun = (message: string, cause: unknown): ApplicationFailure =>
  ApplicationFailure.create({
    type: typeOf(cause),
    message,
    nonRetryable: true,
    ...(cause instanceof Error ? { cause } : {}),
  });

const typeOf = (error: unknown): string =>
  error instanceof ApplicationFailure && error.type === failureTypes.approvalRejected
    ? failureTypes.approvalRejected
    : failureTypes.stepFailed;
