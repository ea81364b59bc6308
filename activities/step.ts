import { ApplicationFailure, CancelledFailure, Context, type Info } from '@temporalio/activity';
import { endStep, type StepHost } from '../targets/step.ts';
import { readAttempt, type AttemptRecord } from '../store/attempt.ts';
import { findLogs } from '../store/log.ts';
import { lastLines } from '../targets/process/log.ts';
import { openExecutions } from './execution.ts';
import {
  endedDetail,
  failureTypes,
  type AttemptName,
  type ComputeActivities,
  type StepFailure,
  type StepHeartbeat,
  type StepRequest,
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
      const lost = countLost(context.info, executions.has(request));
      if (lost >= request.maxLost) await assertCommitted(host, request, lost);
      const execution = executions.hold(request);
      // What it is doing is told with the next beat: a step that is over by then costs the server no call.
      const beat = (end?: { stopped: true }): void =>
        context.heartbeat({
          step: request.step,
          ...execution.report(),
          lost,
          ...end,
        } satisfies StepHeartbeat);
      const heart = setInterval(beat, heartbeatInterval);
      const cancellation = AbortSignal.any([context.cancellationSignal, forced]);
      try {
        await settleOrAbort(execution.record, cancellation);
        if (hasLostTouch(context) && !forced.aborted) throw cancellation.reason;
        const record = await (cancellation.aborted ? execution.end(cancellation.reason) : execution.record);
        if (record.failure !== undefined) throw failStep(record.failure);
        return resultOf(record);
      } catch (error) {
        if (cancellation.aborted) beat({ stopped: true });
        throw cancellation.aborted ? await confirmEnd(host, request, context) : error;
      } finally {
        clearInterval(heart);
        execution.release();
      }
    },
  };
}

/** How many workers the attempt has lost, from the last words of its last activity and whether it still goes on here. */
function countLost({ heartbeatDetails }: Info, goesOn: boolean): number {
  const last = heartbeatDetails as StepHeartbeat | undefined;
  // A worker that died before its first beat is not known of; it costs its step one more try.
  if (last === undefined) return 0;
  return last.stopped || goesOn ? last.lost : last.lost + 1;
}

/** Gives a step up that ends its workers, unless one of them had committed its result. */
async function assertCommitted(host: StepHost, request: StepRequest, lost: number): Promise<void> {
  await endStep(host, request);
  if ((await readAttempt(host.store, request)) !== undefined) return;
  const logs = await findLogs(host.store, request);
  const log = logs.findLast(({ step, attempt }) => step === request.step && attempt === request.attempt);
  const failure: StepFailure & { tryAgain: boolean } = {
    message: `${request.step} failed: its worker was lost ${lost} times while it ran`,
    logTail: log === undefined ? [] : await lastLines(log.path, 10),
    tryAgain: false,
  };
  throw failStep(failure);
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

function failStep(failure: StepFailure): ApplicationFailure {
  return ApplicationFailure.create({
    type: failureTypes.stepFailed,
    message: failure.message,
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
