import { Context } from '@temporalio/activity';
import { endStep, type StepHost } from '../targets/step.ts';
import type { IoActivities } from '../workflows/messages.ts';

/** The short activities of the host which owns the store. */
export function createIoActivities(host: Pick<StepHost, 'store' | 'target'>): IoActivities {
  return {
    endStep: (name) => endStep(host, name),
    async requestCancellation() {
      const { client, info } = Context.current();
      const { workflowId, runId } = info.workflowExecution!;
      await client.workflow.getHandle(workflowId, runId).cancel();
    },
  };
}
