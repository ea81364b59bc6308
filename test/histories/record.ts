// `node dev/with-server.ts node test/histories/record.ts <version>` records a history of every way a run can go, for
// the replay tests. Histories of earlier versions stay: their runs may still be open somewhere.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { exists } from '../../store/file.ts';
import { cancelRunSignal, setParametersSignal, updateParametersUpdate } from '../../workflows/messages.ts';
import { openPipeline } from '../pipeline.ts';
import { quickScripts, type Scripts, type TrainingHandle } from '../project.ts';
import { until } from '../until.ts';

const version = process.argv[2] ?? '0.1';
const waiting = {
  prep_data: `touch ../../../../started; until [ -e ../../../../go ]; do sleep 0.05; done; ${quickScripts.prep_data}`,
};

async function record(
  name: string,
  scripts: Partial<Scripts>,
  meddle: (handle: TrainingHandle) => Promise<unknown> = async () => undefined,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'histories-'));
  const [pipeline, close] = await openPipeline(root, { ...quickScripts, ...scripts });
  const handle = await pipeline.start({
    id: name,
    input: { searchAttributes: ['MlPipeline', 'MlTarget', 'MlModel', 'MlStep', 'MlR2'] },
  });
  if (scripts === waiting) await until(() => exists(join(root, 'started')));
  await meddle(handle);
  await writeFile(join(root, 'go'), '');
  await handle.result().catch(() => undefined);
  const history = historyToJSON(await handle.fetchHistory());
  await writeFile(join(import.meta.dirname, `${version}-${name}.json`), `${history}\n`);
  await close();
  await rm(root, { recursive: true });
}

await record('completed', {});
await record('failed', { train: 'exit 1' });
await record('tried-again', {
  train: `[ -e ../../../../tried ] || { touch ../../../../tried; exit 75; }; ${quickScripts.train}`,
});
await record('parameters-changed', waiting, async (handle) => {
  await handle.executeUpdate(updateParametersUpdate, { args: [{ test_size: 0.3 }] });
  await handle.signal(setParametersSignal, { random_state: 7 });
});
await record('cancelled-by-signal', waiting, (handle) =>
  handle.signal(cancelRunSignal, { by: 'ann', reason: 'wrong data' }),
);
await record('cancelled', waiting, (handle) => handle.cancel());
