import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { endStep, runStep, type StepHost } from '../targets/step.ts';
import type { AttemptRecord } from '../store/attempt.ts';
import {
  endedDetail,
  failureTypes,
  type AttemptName,
  type ComputeActivities,
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
  return {
    async runStep(request): Promise<StepResult> {
      const context = Context.current();
      let detail = 'starting';
      const beat = (): void => context.heartbeat({ detail });
      const heart = setInterval(beat, heartbeatInterval);
      const cancellation = AbortSignal.any([context.cancellationSignal, forced]);
      try {
        // Told with the next beat: a step that is over by then costs the server no call.
        const record = await runStep(host, request, cancellation, (now) => {
          detail = now;
        });
        if (record.failure !== undefined) throw failStep(record);
        return resultOf(record);
      } catch (error) {
        throw cancellation.aborted ? await confirmEnd(host, request, context) : error;
      } finally {
        clearInterval(heart);
      }
    },
  };
}

async function confirmEnd(host: StepHost, name: AttemptName, context: Context): Promise<Error> {
  if (context.cancellationDetails?.cancelRequested) {
    await endStep(host, name);
    return new CancelledFailure('the step was cancelled', [endedDetail]);
  }
  // What this execution started has ended. More is not ours to end: another worker may be running the step by now.
  return ApplicationFailure.retryable('the worker stopped while the step ran', 'WorkerStopped');
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
