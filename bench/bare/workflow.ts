import { proxyActivities } from '@temporalio/workflow';
import type { BareActivities } from './activities.ts';

/** Three activities in a row, with the options our steps have. */
export async function bare({ computeQueue }: { computeQueue: string }): Promise<void> {
  const { doNothing } = proxyActivities<BareActivities>({
    taskQueue: computeQueue,
    startToCloseTimeout: '30 days',
    heartbeatTimeout: '5 s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  });
  await doNothing();
  await doNothing();
  await doNothing();
}
