/** One step of a run: its attempts, until one has succeeded or the step has failed for good. */
import { ApplicationFailure, CancellationScope, sleep } from '@temporalio/workflow';
import { computeActivities, ioActivities } from './activities.ts';
import { showProgress, summarizeStep } from './details.ts';
import { confirmsEnd, readFailure } from './failure.ts';
import type { Gates } from './gates.ts';
import {
  failureTypes,
  type AttemptName,
  type Progress,
  type Reference,
  type RunInput,
  type StepInput,
  type StepProgress,
  type StepRequest,
} from './messages.ts';
import type { Binding, OpenParameters } from './open-parameters.ts';

/** What a step is run with. */
export interface StepContext {
  input: RunInput;
  progress: Progress;
  parameters: OpenParameters;
  gates: Gates;
}

/** Whether the run is being cancelled. */
export const isCancelled = (): boolean => CancellationScope.current().consideredCancelled;

/**
 * Runs a step, or takes its result from where it is; returns its outputs.
 *
 * @throws ActivityFailure when it has failed for good, CancelledFailure when nothing of it is alive any more
 */
export async function runStep(
  context: StepContext,
  name: string,
  bindings: Record<string, Binding>,
): Promise<Record<string, Reference>> {
  const { input, progress, parameters, gates } = context;
  const step = progress.steps.find((one) => one.name === name);
  if (step === undefined)
    throw ApplicationFailure.nonRetryable(
      `The pipeline has no step ${name}; its steps are ${progress.steps.map((one) => one.name).join(', ')}.`,
      failureTypes.stepFailed,
    );
  await gates.pass(name);
  for (let tries = 1; ; tries++) {
    step.attempt += 1;
    const { inputs, used } = parameters.bind(name, bindings);
    try {
      return await attemptStep(context, step, inputs, used);
    } catch (error) {
      if (isCancelled()) {
        // The activity may have ended without a word: its worker died, or it never started again.
        if (!confirmsEnd(error))
          await CancellationScope.nonCancellable(() =>
            ioActivities(input).endStep(attemptName(progress, step, step.attempt)),
          );
        Object.assign(step, { state: 'cancelled', finishedAt: new Date().toISOString() });
        throw error;
      }
      const { tryAgain, ...failure } = readFailure(error);
      Object.assign(step, { state: 'failed', failure, finishedAt: new Date().toISOString() });
      showProgress(progress);
      if (tryAgain && tries < input.maxAttempts) {
        await sleep(1000 * 2 ** (tries - 1), { summary: `before attempt ${step.attempt + 1} of ${name}` });
        continue;
      }
      if (input.onFailure !== 'wait') throw error;
      parameters.release(name);
      await gates.awaitRetry(name);
      tries = 0;
    }
  }
}

async function attemptStep(
  { input, progress }: StepContext,
  step: StepProgress,
  inputs: Record<string, StepInput>,
  used: string[],
): Promise<Record<string, Reference>> {
  Object.assign(step, { state: 'running', startedAt: new Date().toISOString() });
  delete step.failure;
  delete step.finishedAt;
  showProgress(progress);
  const { model, ...result } = await computeActivities(input).runStep.executeWithOptions(
    // The id says which step it is: a change of their order does not replay, though all are the same activity.
    { activityId: `${step.name}-${step.attempt}`, summary: summarizeStep(step, inputs, used) },
    [
      {
        ...attemptName(progress, step, step.attempt),
        snapshot: input.snapshot,
        inputs,
        parameters: used,
        maxLost: input.maxAttempts,
        ...rerunOptions(input, progress, step),
      },
    ],
  );
  Object.assign(step, { state: 'done', ...result });
  Object.assign(progress.metrics, result.metrics);
  if (model !== undefined) progress.model = model;
  showProgress(progress);
  return result.outputs;
}

/** Whether the step has to run, or the old attempt whose result it keeps. */
function rerunOptions(
  { forceRerun, rerun }: RunInput,
  { steps }: Progress,
  step: StepProgress,
): Pick<StepRequest, 'forceRerun' | 'keep'> {
  if (rerun === undefined) return { forceRerun };
  const from = steps.findIndex(({ name }) => name === rerun.from);
  if (forceRerun || (from !== -1 && steps.indexOf(step) >= from)) return { forceRerun: true };
  const attempt = rerun.attempts[step.name];
  return { forceRerun, ...(attempt === undefined ? {} : { keep: attemptName(rerun, step, attempt) }) };
}

const attemptName = (
  { runId, executionId }: { runId: string; executionId: string },
  { name }: StepProgress,
  attempt: number,
): AttemptName => ({ runId, executionId, step: name, attempt });
