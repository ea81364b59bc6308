/** The activities a run calls, each with its time budget and the reason. */
import { proxyActivities, proxyLocalActivities, type ActivityInterfaceFor } from '@temporalio/workflow';
import {
  computeQueue,
  ioQueue,
  type ComputeActivities,
  type IoActivities,
  type RecordActivities,
  type RunInput,
  type SourceActivities,
} from './messages.ts';
import type { SweepActivities } from './sweep-messages.ts';

/**
 * The record at a run's end: one small file, written again where the worker dies before Temporal has heard of it. Local,
 * because a round trip to the server would be a tenth of a quick run. Given up after a minute, for the run itself is done.
 */
export const recordActivities: ActivityInterfaceFor<RecordActivities> =
  proxyLocalActivities<RecordActivities>({
    startToCloseTimeout: '20 seconds',
    scheduleToCloseTimeout: '1 minute',
    retry: { initialInterval: '200 ms', maximumInterval: '5 s' },
  });

/** Short work on the store or on Temporal: retried until it works, for a run's end and its clean-up depend on it. */
export function ioActivities({ store }: RunInput): ActivityInterfaceFor<IoActivities> {
  return proxyActivities<IoActivities>({
    taskQueue: ioQueue(store.id),
    // Longer than the longest there is, the end of a step that has to be killed. Without heartbeats this is also how
    // long a run waits for a worker that was killed in the middle of one.
    startToCloseTimeout: '20 seconds',
    retry: { initialInterval: '200 ms', maximumInterval: '10 s' },
  });
}

/**
 * Reading the working copy: a large data file takes minutes to copy. What is wrong with the working copy ends the run
 * before it starts; the rest is retried.
 */
export function sourceActivities({
  store,
  heartbeatTimeout,
}: Pick<RunInput, 'store' | 'heartbeatTimeout'>): ActivityInterfaceFor<SourceActivities> {
  return proxyActivities<SourceActivities>({
    taskQueue: ioQueue(store.id),
    startToCloseTimeout: '1 hour',
    heartbeatTimeout,
    // Nothing comes of a copy that is finished after all.
    cancellationType: 'TRY_CANCEL',
    retry: { initialInterval: '500 ms', maximumInterval: '10 s' },
  });
}

/**
 * A sweep's table and figure: thousands of records to read and a picture to draw. Given up after ten minutes, for the
 * trainings themselves are done.
 */
export function sweepActivities({ store }: RunInput): ActivityInterfaceFor<SweepActivities> {
  return proxyActivities<SweepActivities>({
    taskQueue: ioQueue(store.id),
    startToCloseTimeout: '2 minutes',
    scheduleToCloseTimeout: '10 minutes',
    retry: { initialInterval: '200 ms', maximumInterval: '10 s' },
  });
}

/**
 * Steps. A step may take days; that its worker is alive is known by heartbeats. Temporal retries what the worker's
 * death or the machine caused, within the same attempt; what the step itself did wrong is the run's to decide.
 * Cancellation waits until the activity has ended the step's processes.
 */
export function computeActivities({
  store,
  heartbeatTimeout,
}: RunInput): ActivityInterfaceFor<ComputeActivities> {
  return proxyActivities<ComputeActivities>({
    taskQueue: computeQueue(store.id),
    startToCloseTimeout: '30 days',
    heartbeatTimeout,
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500 ms', maximumInterval: '10 s' },
  });
}
