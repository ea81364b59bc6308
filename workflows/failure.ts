import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/workflow';
import { endedDetail, failureTypes, type StepFailure } from './messages.ts';

/** How a step failed, from what its activity threw. */
export function readFailure(error: unknown): StepFailure & { tryAgain: boolean } {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && cause.type === failureTypes.stepFailed) {
    const details = cause.details?.[0] as (StepFailure & { tryAgain: boolean }) | undefined;
    if (details !== undefined) return details;
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return { message, logTail: [], tryAgain: false };
}

/** Whether a cancelled activity said that no process of its attempt is alive. */
export function confirmsEnd(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof CancelledFailure && cause.details?.[0] === endedDetail;
}
