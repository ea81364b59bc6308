import { join } from 'node:path';
import { environmentFor } from '../dev/environment.ts';
import { openStore } from '../store/file.ts';
import { startWorkerProcess } from '../test/worker.ts';
import { sweepProgressQuery } from '../workflows/sweep-messages.ts';
import type { Ground } from './ground.ts';
import { time } from './measure.ts';
import { residentMegabytes } from './memory.ts';
import { count, megabytes, perSecond, type Row } from './report.ts';
import { prepareRuns } from './runs.ts';
import type { Size } from './size.ts';
import { longestHistory, startSeeds } from './sweep.ts';

const root = join(import.meta.dirname, '..');

/** A sweep of a thousand trainings of this project's own steps, and the memory of the worker that runs it. */
export async function measureThousand(
  { client, address, folder, slots }: Ground,
  { thousand }: Size,
): Promise<Row[]> {
  const store = await openStore(join(folder, 'thousand', 'store'));
  const env = environmentFor({ address, uiUrl: undefined }, process.env);
  const worker = await startWorkerProcess(root, { ...env, TEMPORAL_AZUREML_STORE: store.root });
  try {
    const { input } = await prepareRuns(client, store, { root, data: join(root, 'data', 'diabetes.csv') });
    const milestones = [0.1, 0.5, 0.9].map((share) => Math.round(thousand * share));
    const memory: Row[] = [];
    const handle = await startSeeds(client, store, { ...input, until: 'train' }, thousand, slots);
    const taken = await time(async () => {
      for (const milestone of milestones) {
        const ended = async (): Promise<number> => (await handle.query(sweepProgressQuery)).results.length;
        while ((await ended()) < milestone) await new Promise((resolve) => setTimeout(resolve, 1000));
        const what = `memory of the worker after ${milestone} trainings`;
        memory.push({ what, unit: megabytes, ours: await residentMegabytes(worker.pid) });
      }
      await handle.result();
    });
    const what = 'the same when its figure is drawn';
    const drawn: Row = { what, unit: megabytes, ours: await residentMegabytes(worker.pid) };
    const { results } = await handle.query(sweepProgressQuery);
    return [
      {
        what: `trainings that completed, of ${thousand}`,
        unit: count,
        ours: results.filter(({ state }) => state === 'completed').length,
      },
      {
        what: `trainings a second, ${slots} at once`,
        unit: perSecond,
        ours: (thousand * 1000) / taken,
      },
      ...memory.slice(0, -1),
      // Between collections it goes up and down by a tenth.
      { ...memory.at(-1)!, bare: memory.at(-2)!.ours, goal: { ratio: 1.2 } },
      drawn,
      {
        what: 'events of its longest execution',
        unit: count,
        ours: await longestHistory(client, handle),
        goal: { most: 2000 },
      },
    ];
  } finally {
    worker.signal('SIGTERM');
    worker.signal('SIGTERM');
    await worker.ended;
  }
}
