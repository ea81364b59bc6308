import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createIoActivities } from '../activities/io.ts';
import { createRecordActivities } from '../activities/record.ts';
import { createSourceActivities } from '../activities/source.ts';
import { createStepActivities } from '../activities/step.ts';
import { createSweepActivities } from '../activities/sweep.ts';
import { FailureInterceptor } from '../activities/failure.ts';
import type { StepHost } from '../targets/step.ts';
import { computeQueue, deploymentName, ioQueue, workflowQueue } from '../workflows/messages.ts';
import type { Queue, WorkerConfig } from './config.ts';

/** The workers of one process, one for each queue. */
export interface Workers {
  /** Resolves when all have stopped. */
  run(): Promise<void>;
  /** Takes no more work and lets running steps go on for the drain time. */
  drain(): void;
  /** Ends running steps at once; another worker runs them again. */
  force(): void;
}

/** Creates the workers of this process. */
export async function createWorkers(
  connection: NativeConnection,
  namespace: string,
  host: StepHost,
  config: WorkerConfig,
  workflowBundle: NonNullable<WorkerOptions['workflowBundle']>,
): Promise<Workers> {
  const forced = new AbortController();
  const common = {
    connection,
    namespace,
    shutdownGraceTime: config.drain,
    // Cancellation reaches a step with the answer to a heartbeat, so this is how quick a cancel is.
    maxHeartbeatThrottleInterval: config.heartbeatInterval,
    defaultHeartbeatThrottleInterval: config.heartbeatInterval,
    interceptors: { activity: [() => ({ inbound: new FailureInterceptor() })] },
  } satisfies Partial<WorkerOptions>;
  const options: Record<Queue, WorkerOptions> = {
    workflows: {
      ...common,
      taskQueue: workflowQueue(host.store.id),
      workflowBundle,
      ...(config.buildId === undefined ? {} : versionWorker(host.store.id, config.buildId)),
      activities: createRecordActivities(host.store, { uiUrl: config.uiUrl, namespace }),
      enableNonLocalActivities: false,
      maxCachedWorkflows: 200,
      // What a killed worker had cached waits this long for it before another one takes it; the default is 10 s.
      stickyQueueScheduleToStartTimeout: '2 seconds',
    },
    io: {
      ...common,
      taskQueue: ioQueue(host.store.id),
      activities: {
        ...createIoActivities(host),
        ...createSourceActivities(host.store),
        ...createSweepActivities(host.store),
      },
    },
    compute: {
      ...common,
      taskQueue: computeQueue(host.store.id),
      activities: createStepActivities(host, forced.signal),
      maxConcurrentActivityTaskExecutions: config.slots,
    },
  };
  const workers = await Promise.all(config.queues.map((queue) => Worker.create(options[queue])));
  return {
    run: async () => {
      await Promise.all(workers.map((worker) => worker.run()));
    },
    drain: () => workers.filter((worker) => worker.getState() === 'RUNNING').forEach((w) => w.shutdown()),
    force: () => forced.abort(new Error('the worker was told to stop at once')),
  };
}

/**
 * Only workflow code is versioned: it must replay what another version of it began. Steps are of their run's snapshot,
 * so any worker of the store runs them, whichever build it is.
 */
const versionWorker = (storeId: string, buildId: string): Pick<WorkerOptions, 'workerDeploymentOptions'> => ({
  workerDeploymentOptions: {
    useWorkerVersioning: true,
    version: { deploymentName: deploymentName(storeId), buildId },
    // A run may wait for weeks for a decision, longer than an old worker should have to live.
    defaultVersioningBehavior: 'AUTO_UPGRADE',
  },
});
