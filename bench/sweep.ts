import type { Client } from '@temporalio/client';
import { join } from 'node:path';
import type { FileStore } from '../store/file.ts';
import { openSweep } from '../store/sweep.ts';
import { openProject, quickScripts } from '../test/project.ts';
import { executionsOf, type SweepHandle } from '../test/sweeps/sweep.ts';
import { workflowQueue, type RunInput } from '../workflows/messages.ts';
import type { SweepInput } from '../workflows/sweep-messages.ts';
import type { sweep } from '../workflows/sweep.ts';
import type { Ground } from './ground.ts';
import { callMany, time } from './measure.ts';
import { count, perSecond, type Row } from './report.ts';
import { nextId, prepareRuns } from './runs.ts';
import type { Size } from './size.ts';
import { startIdleWorkers } from './workers.ts';

/** Sweeps beside single runs, over a target that does nothing: what is left of both is orchestration. */
export async function measureSweep(ground: Ground, size: Size): Promise<Row[]> {
  const { client, slots, folder } = ground;
  const { root, store } = await openProject(join(folder, 'sweep'), quickScripts);
  const stop = await startIdleWorkers(ground, store, root);
  try {
    const { input, reusing } = await prepareRuns(client, store, { root, data: join(root, 'rows.csv') });
    await callMany(reusing, slots, 50);
    const rows: Row[] = [];
    for (const parallel of [slots, 16]) {
      const start = (): Promise<SweepHandle> =>
        startSeeds(client, store, { ...input, until: 'train' }, size.trainings, parallel);
      rows.push(...(await compareWithSingles(client, reusing, start, size.trainings, parallel)));
    }
    return rows;
  } finally {
    await stop();
  }
}

async function compareWithSingles(
  client: Client,
  single: () => Promise<unknown>,
  start: () => Promise<SweepHandle>,
  trainings: number,
  parallel: number,
): Promise<Row[]> {
  const blocks = 2;
  let [singles, sweeps, events] = [0, 0, 0];
  // In turns, so that whatever else the machine does meets both.
  for (let block = 0; block < blocks; block++) {
    singles += await time(() => callMany(single, parallel, trainings));
    const handle = await start();
    sweeps += await time(() => handle.result());
    events = await longestHistory(client, handle);
  }
  return [
    {
      what: `trainings a second in a sweep, ${parallel} at once, beside single runs`,
      unit: perSecond,
      bare: (blocks * trainings * 1000) / singles,
      ours: (blocks * trainings * 1000) / sweeps,
      goal: { leastRatio: 0.7 },
    },
    { what: 'events of its longest execution', unit: count, ours: events, goal: { most: 2000 } },
  ];
}

/** The events of the longest of a sweep's executions. */
export async function longestHistory(client: Client, handle: SweepHandle): Promise<number> {
  const executions = await executionsOf(client, handle);
  return Math.max(...executions.map(({ events }) => events!.length));
}

/** Starts a sweep over so many seeds. */
export async function startSeeds(
  client: Client,
  store: FileStore,
  run: RunInput,
  trainings: number,
  maxParallel: number,
): Promise<SweepHandle> {
  const workflowId = nextId('sweep');
  await openSweep(store, workflowId);
  const input: SweepInput = {
    run,
    grid: { random_state: Array.from({ length: trainings }, (_, seed) => seed) },
    objective: { metric: 'r2', direction: 'max' },
    maxParallel,
    registerBest: false,
  };
  return client.workflow.start<typeof sweep>('sweep', {
    workflowId,
    taskQueue: workflowQueue(store.id),
    args: [input],
  });
}
