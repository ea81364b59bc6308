import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { join } from 'node:path';
import type { FileStore } from '../store/file.ts';
import { openSweep } from '../store/sweep.ts';
import { readEnvironment } from '../targets/environment.ts';
import { openProject, quickScripts } from '../test/project.ts';
import { findWorkflowBundle } from '../worker/bundle.ts';
import { queueNames } from '../worker/config.ts';
import { createWorkers } from '../worker/worker.ts';
import { workflowQueue, type RunInput } from '../workflows/messages.ts';
import { objectiveFor } from '../workflows/objective.ts';
import type { SweepInput } from '../workflows/sweep-messages.ts';
import type { sweep } from '../workflows/sweep.ts';
import { doNothingTarget } from './do-nothing.ts';
import type { Ground } from './ground.ts';
import { callMany, time } from './measure.ts';
import { count, perSecond, type Row } from './report.ts';
import { nextId, prepareRuns } from './runs.ts';
import type { Size } from './size.ts';

/** Sweeps beside single runs, over a target that does nothing: what is left of both is orchestration. */
export async function measureSweep(ground: Ground, size: Size): Promise<Row[]> {
  const { client, connection, slots, folder } = ground;
  const { root, store } = await openProject(join(folder, 'sweep'), quickScripts);
  const config = {
    store: store.root,
    root,
    slots,
    queues: queueNames,
    drain: 0,
    heartbeatInterval: 500,
    jsonLogs: false,
  };
  const host = { store, target: doNothingTarget, environment: await readEnvironment(root) };
  const workers = await createWorkers(connection, 'default', host, config, await findWorkflowBundle());
  const running = workers.run();
  try {
    const { input, reusing } = await prepareRuns(client, store, { root, data: join(root, 'rows.csv') });
    await callMany(reusing, slots, 50);
    const rows: Row[] = [];
    for (const parallel of [slots, 16]) {
      const trainings = size.trainings;
      let id = '';
      let [singles, sweeps] = [0, 0];
      // In turns, so that whatever else the machine does meets both.
      for (let block = 0; block < 2; block++) {
        singles += await time(() => callMany(reusing, parallel, trainings));
        sweeps += await time(async () => {
          const handle = await startSweep(client, store, { ...input, until: 'train' }, trainings, parallel);
          id = handle.workflowId;
          await handle.result();
        });
      }
      rows.push({
        what: `trainings a second in a sweep, ${parallel} at once, beside single runs`,
        unit: perSecond,
        bare: (2000 * trainings) / singles,
        ours: (2000 * trainings) / sweeps,
        goal: { leastRatio: 0.7 },
      });
      const events = await readHistoryLengths(client, id);
      rows.push({
        what: `events of its longest execution of ${events.length}`,
        unit: count,
        ours: Math.max(...events),
        goal: { most: 2000 },
      });
    }
    return rows;
  } finally {
    workers.drain();
    workers.force();
    await running;
  }
}

/** Starts a sweep over so many seeds. */
export async function startSweep(
  client: Client,
  store: FileStore,
  run: RunInput,
  trainings: number,
  maxParallel: number,
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof sweep>> {
  const workflowId = nextId('sweep');
  await openSweep(store, workflowId);
  const input: SweepInput = {
    run,
    grid: { random_state: Array.from({ length: trainings }, (_, seed) => seed) },
    objective: objectiveFor('r2'),
    maxParallel,
    registerBest: false,
  };
  return client.workflow.start<typeof sweep>('sweep', {
    workflowId,
    taskQueue: workflowQueue(store.id),
    args: [input],
  });
}

/** The lengths of the histories of all executions of a sweep that has ended, in the order they were. */
export async function readHistoryLengths(client: Client, workflowId: string): Promise<number[]> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const lengths: number[] = [];
  let next = raw.workflowExecutionInfo?.firstRunId ?? '';
  while (next !== '') {
    const handle = client.workflow.getHandle(workflowId, next, { followRuns: false });
    const last = (await handle.fetchHistory()).events?.at(-1);
    lengths.push(Number(last?.eventId ?? 0));
    next = last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? '';
  }
  return lengths;
}
