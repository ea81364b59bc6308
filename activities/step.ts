import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { endStep, type StepHost } from '../targets/step.ts';
import type { AttemptRecord } from '../store/attempt.ts';
import { openExecutions } from './execution.ts';
import {
  endedDetail,
  failureTypes,
  type AttemptName,
  type ComputeActivities,
  type StepHeartbeat,
  type StepResult,
} from '../workflows/messages.ts';

/** How often a running step says that its worker is alive, in milliseconds; the server hears of it at the worker's pace. */
const heartbeatInterval = 500;

/**
 * The activities that run steps on this host.
 *
 * @param forced aborts when the worker is to stop at once: its steps are ended, and run again by another worker
 */
export function createStepActivities(host: StepHost, forced: AbortSignal): ComputeActivities {
  const executions = openExecutions(host);
  return {
    async runStep(request): Promise<StepResult> {
      const context = Context.current();
      const execution = executions.hold(request);
      // What it is doing is told with the next beat: a step that is over by then costs the server no call.
      const beat = (): void =>
        context.heartbeat({ step: request.step, ...execution.report() } satisfies StepHeartbeat);
      const heart = setInterval(beat, heartbeatInterval);
      const cancellation = AbortSignal.any([context.cancellationSignal, forced]);
      try {
        await settleOrAbort(execution.record, cancellation);
        if (hasLostTouch(context) && !forced.aborted) throw cancellation.reason;
        const record = await (cancellation.aborted ? execution.end(cancellation.reason) : execution.record);
        if (record.failure !== undefined) throw failStep(record);
        return resultOf(record);
      } catch (error) {
        throw cancellation.aborted ? await confirmEnd(host, request, context) : error;
      } finally {
        clearInterval(heart);
        execution.release();
      }
    },
  };
}

/** Whether the server has given this execution up: it was away, or did not hear of us, for too long. */
function hasLostTouch({ cancellationDetails: details }: Context): boolean {
  return details !== undefined && (details.notFound || details.timedOut) && !details.cancelRequested;
}

async function confirmEnd(host: StepHost, name: AttemptName, context: Context): Promise<Error> {
  if (context.cancellationDetails?.cancelRequested) {
    await endStep(host, name);
    return new CancelledFailure('the step was cancelled', [endedDetail]);
  }
  // What this worker started has ended, or goes on for the next activity to find. The rest is not ours to end: another
  // worker may be running the step by now.
  return ApplicationFailure.retryable('the worker stopped or lost touch with the server', 'WorkerStopped');
}

/** Waits until a promise has settled, or until the cancellation comes. */
async function settleOrAbort(promise: Promise<unknown>, cancellation: AbortSignal): Promise<void> {
  const { promise: abort, resolve } = Promise.withResolvers<void>();
  cancellation.addEventListener('abort', () => resolve(), { once: true });
  if (cancellation.aborted) resolve();
  await Promise.race([
    promise.then(
      () => undefined,
      () => undefined,
    ),
    abort,
  ]);
}

function failStep({ failure }: AttemptRecord): ApplicationFailure {
  return ApplicationFailure.create({
    type: failureTypes.stepFailed,
    message: failure!.message,
    nonRetryable: true,
    details: [failure],
  });
}

const resultOf = (record: AttemptRecord): StepResult => ({
  outputs: record.outputs,
  metrics: record.metrics,
  ...(record.model === undefined ? {} : { model: record.model }),
  ...(record.reused === undefined ? {} : { reused: record.reused.runId }),
  reason: record.reason,
  startedAt: record.startedAt,
  finishedAt: record.finishedAt,
  seconds: record.seconds,
});
