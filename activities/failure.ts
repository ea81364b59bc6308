import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { PipelineError } from '../errors/error.ts';

/** Decides, once for all activities, which errors are worth a retry: those a later moment may cure. */
export class FailureInterceptor implements ActivityInboundCallsInterceptor {
  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    try {
      return await next(input);
    } catch (error) {
      throw toFailure(error);
    }
  }
}

/** An error as Temporal's failure: our own errors and programming errors are final, all others are retried. */
export function toFailure(error: unknown): unknown {
  if (error instanceof TemporalFailure) return error;
  if (error instanceof PipelineError) {
    const hint = error.hint === undefined ? '' : ` ${error.hint}`;
    return ApplicationFailure.create({
      type: error.code,
      message: `${error.message}${hint}`,
      // A process that outlives SIGKILL waits for a device: its end has to be confirmed, however long that takes.
      nonRetryable: error.code !== 'STEP_NOT_ENDED',
      cause: error,
    });
  }
  if (error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError)
    return ApplicationFailure.create({
      type: error.name,
      message: error.message,
      nonRetryable: true,
      cause: error,
    });
  return error;
}
