import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { bareActivities } from './bare/activities.ts';
import type { bare } from './bare/workflow.ts';
import type { Ground } from './ground.ts';
import { nextId } from './runs.ts';

const queues = { workflows: 'bench-bare', io: 'bench-bare-io', compute: 'bench-bare-compute' };

/** A workflow to measure, served by workers of this process. */
export interface Bare {
  /** Resolves at the run's end with its id. */
  run(): Promise<string>;
  stop(): Promise<void>;
}

/** Temporal alone: a workflow of three activities that do nothing, on three queues as ours are. */
export async function openBare({ client, connection, slots }: Ground): Promise<Bare> {
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: join(import.meta.dirname, 'bare', 'workflow.ts'),
    logger: new DefaultLogger('WARN'),
  });
  const workers = await Promise.all([
    Worker.create({ connection, taskQueue: queues.workflows, workflowBundle, maxCachedWorkflows: 200 }),
    Worker.create({ connection, taskQueue: queues.io, activities: bareActivities }),
    Worker.create({
      connection,
      taskQueue: queues.compute,
      activities: bareActivities,
      maxConcurrentActivityTaskExecutions: slots,
    }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    async run() {
      const workflowId = nextId('bare');
      await client.workflow.execute<typeof bare>('bare', {
        workflowId,
        taskQueue: queues.workflows,
        args: [{ computeQueue: queues.compute }],
      });
      return workflowId;
    },
    async stop() {
      for (const worker of workers) worker.shutdown();
      await running;
    },
  };
}
