// `node dev/with-server.ts node test/histories/record-sweeps.ts <version>` records a history of every way a sweep can go,
// of each of its executions, as record.ts does for runs.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { cancelRunSignal } from '../../workflows/messages.ts';
import { sweepProgressQuery } from '../../workflows/sweep-messages.ts';
import { openPipeline } from '../pipeline.ts';
import { quickScripts, type Scripts } from '../project.ts';
import { executionsOf, startSweep, type SweepChange, type SweepHandle } from '../sweeps/sweep.ts';
import { until } from '../until.ts';

const version = process.argv[2] ?? '0.1';

async function record(
  name: string,
  {
    sweep = {},
    scripts = {},
    meddle,
  }: Pick<SweepChange, 'sweep'> & {
    scripts?: Partial<Scripts>;
    meddle?: (handle: SweepHandle) => Promise<unknown>;
  } = {},
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'histories-'));
  const [pipeline, close] = await openPipeline(root, { ...quickScripts, ...scripts });
  const handle = await startSweep(pipeline.client, pipeline, {
    id: `sweep-${name}`,
    sweep,
    input: { searchAttributes: ['MlPipeline', 'MlTarget', 'MlModel', 'MlStep', 'MlR2'] },
  });
  await meddle?.(handle);
  await handle.result().catch(() => undefined);
  for (const [index, history] of (await executionsOf(pipeline.client, handle)).entries())
    await writeFile(
      join(import.meta.dirname, `${version}-sweep-${name}${index === 0 ? '' : `-${index + 1}`}.json`),
      `${historyToJSON(history)}\n`,
    );
  await close();
  await rm(root, { recursive: true });
}

const waiting = { train: `[ "$2" = 0.1 ] || sleep 600; ${quickScripts.train}` };

const underWay = (handle: SweepHandle): Promise<void> =>
  until(async () => {
    const { results, running } = await handle.query(sweepProgressQuery);
    return results.length === 1 && running.length === 2;
  });

await record('completed', { sweep: { registerBest: true } });
await record('continued', { sweep: { historyLimit: 30 } });
await record('failed', { scripts: { train: 'exit 1' } });
await record('cancelled', {
  scripts: waiting,
  async meddle(handle) {
    await underWay(handle);
    await handle.cancel();
  },
});
await record('cancelled-by-signal', {
  scripts: waiting,
  async meddle(handle) {
    await underWay(handle);
    await handle.signal(cancelRunSignal, { by: 'ann', reason: 'wrong data' });
  },
});
