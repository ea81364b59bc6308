import {
  CancellationScope,
  isCancellation,
  setCurrentDetails,
  startChild,
  upsertMemo,
  workflowInfo,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { sourceActivities } from './activities.ts';
import {
  createScheduledRunId,
  type RunInput,
  type ScheduledInput,
  type ScheduledResult,
} from './messages.ts';
import { describeStart } from './start-options.ts';
import type { training } from './training.ts';

const scheduledFor = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

/**
 * One firing of a schedule: takes the working copy as it is now, starts the run, and lasts until the run has ended, so
 * that the schedule's overlap policy sees it. To cancel it is to cancel the run, and to wait until that is confirmed.
 */
export async function scheduled({ schedule, root, run }: ScheduledInput): Promise<ScheduledResult> {
  const { typedSearchAttributes, startTime } = workflowInfo();
  const time = typedSearchAttributes.get(scheduledFor) ?? startTime;
  const runId = createScheduledRunId(schedule, time);
  const { used, ...source } = await sourceActivities(run).resolveSource({
    runId,
    root,
    parameters: run.parameters,
  });
  const child = await startRun(runId, used, { ...run, ...source, startedBy: `schedule ${schedule}` });
  upsertMemo({ runId: child.workflowId });
  setCurrentDetails(`run \`${child.workflowId}\``);
  try {
    await child.result();
    return { runId: child.workflowId, state: 'completed' };
  } catch (error) {
    // A run that somebody cancelled is no failure of its schedule.
    if (isCancellation(error) && !CancellationScope.current().consideredCancelled)
      return { runId: child.workflowId, state: 'cancelled' };
    throw error;
  }
}

/** Starts the run under the id of its time or, where that is taken (a backfill of the same time), under it with `-2`, `-3` … */
async function startRun(
  runId: string,
  used: string[],
  input: RunInput,
): Promise<ChildWorkflowHandle<typeof training>> {
  const { typedSearchAttributes, ...options } = describeStart(input);
  // Temporal's own, by which a schedule's runs are found as well as what it started itself.
  const scheduleAttributes = workflowInfo()
    .typedSearchAttributes.getAll()
    .filter(({ key }) => key.name.startsWith('TemporalScheduled'));
  for (let count = 1; ; count++) {
    const workflowId = count === 1 ? runId : `${runId}-${count}`;
    if (used.includes(workflowId)) continue;
    try {
      return await startChild<typeof training>(input.pipeline, {
        workflowId,
        args: [input],
        ...options,
        typedSearchAttributes: [...typedSearchAttributes, ...scheduleAttributes],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        cancellationType: 'WAIT_CANCELLATION_COMPLETED',
        // Overlap policy terminate-other ends this workflow without asking it.
        parentClosePolicy: 'REQUEST_CANCEL',
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}
