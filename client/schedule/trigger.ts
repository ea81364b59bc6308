import { setTimeout as delay } from 'node:timers/promises';
import type { ScheduleDescription } from '@temporalio/client';
import { exitCodes, PipelineError, type ErrorCode } from '../../errors/error.ts';
import { workflowQueue } from '../../workflows/messages.ts';
import { followRun } from '../follow.ts';
import { answerTimeout, explainSilence } from '../runs.ts';
import { answer, answerJson, invocation, remark, type Session } from '../session.ts';
import { withSchedule, type OpenSchedule } from './find.ts';
import { toOverlap, type OverlapName } from './policy.ts';

/** What has become of a trigger: the run, or why there is none. */
type Outcome = { runId: string } | { reason: string };

/** Has a schedule start a run now. */
export async function triggerSchedule(
  session: Session,
  name: string,
  { overlap, watch }: { overlap: OverlapName; watch: boolean },
): Promise<number> {
  const outcome = await withSchedule(session, name, async (schedule) => {
    await schedule.handle.trigger(toOverlap(overlap));
    return awaitRun(schedule);
  });
  if ('reason' in outcome) {
    if (session.format !== 'text') answerJson(session, { runId: null, ...outcome });
    else remark(session, outcome.reason);
    return 0;
  }
  const { runId } = outcome;
  if (watch) return followRun(session, runId, {});
  if (session.format === 'text') answer(session, runId);
  else answerJson(session, outcome);
  remark(session, `Next: ${invocation} watch ${runId}`);
  return 0;
}

/** The run a trigger has started, once a worker has started it; within the time a worker may take to answer. */
async function awaitRun({ temporal, store, handle, description: before }: OpenSchedule): Promise<Outcome> {
  const known = new Set(executionsOf(before));
  let started: string | undefined;
  for (const end = Date.now() + answerTimeout; Date.now() < end; await delay(50)) {
    const now = await handle.describe();
    const action = now.info.recentActions.find(
      ({ action: { workflow } }) => !known.has(workflow.firstExecutionRunId),
    );
    if (action === undefined) {
      if (now.info.numActionsSkippedOverlap > before.info.numActionsSkippedOverlap)
        throw busy(now.scheduleId);
      if (waitingOf(now) > waitingOf(before))
        return { reason: 'It starts when the run of this schedule that is going on has ended.' };
      continue;
    }
    const { workflowId, firstExecutionRunId } = action.action.workflow;
    started = workflowId;
    const firing = temporal.client.workflow.getHandle(workflowId, firstExecutionRunId);
    const { memo, status } = await firing.describe();
    if (typeof memo?.['runId'] === 'string') return { runId: memo['runId'] };
    if (status.name !== 'RUNNING')
      await firing.result().catch((error: unknown) => {
        throw explainFailure(error);
      });
  }
  if (started === undefined) return { reason: 'Temporal has not started it yet.' };
  return {
    reason: `${started} waits: ${await explainSilence(temporal, workflowQueue(store.id), 'workflow')}`,
  };
}

/** Why a firing has started no run: an error of ours that a worker has met, as it would be met here. */
function explainFailure(error: unknown): unknown {
  for (let one = error; one instanceof Error; one = one.cause)
    if ('type' in one && typeof one.type === 'string' && one.type in exitCodes)
      return new PipelineError(one.type as ErrorCode, one.message, { cause: error });
  return error;
}

const busy = (name: string): PipelineError =>
  new PipelineError('SCHEDULE_BUSY', `Nothing was started: a run of schedule ${name} is going on.`, {
    hint: 'Add --overlap buffer-one to start it afterwards, or --overlap allow-all to start it now all the same.',
  });

const executionsOf = ({ info }: ScheduleDescription): string[] =>
  info.recentActions.map(({ action }) => action.workflow.firstExecutionRunId);

const waitingOf = ({ raw }: ScheduleDescription): number => Number(raw.info?.bufferSize ?? 0);
