import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { findWorkflowBundle } from '../../worker/bundle.ts';
import { replayOpenRuns } from '../../worker/replay.ts';
import { usePipeline } from '../pipeline.ts';
import { quickScripts } from '../project.ts';
import { until } from '../until.ts';

const root = join(import.meta.dirname, '..', '..');

/** A bundle of the workflows in which training waits before it trains. */
async function bundleBroken(): Promise<string> {
  const copy = await mkdtemp(join(root, 'test', '.broken-'));
  try {
    await cp(join(root, 'workflows'), join(copy, 'workflows'), { recursive: true });
    const file = join(copy, 'workflows', 'training.ts');
    const source = await readFile(file, 'utf8');
    const broken = `import { sleep } from '@temporalio/workflow';\n${source}`.replace(
      'const trained = await train(',
      'await sleep(1000);\n    const trained = await train(',
    );
    assert.match(broken, /await sleep/);
    await writeFile(file, broken);
    const logger = new DefaultLogger('ERROR');
    const { code } = await bundleWorkflowCode({ workflowsPath: join(copy, 'workflows', 'index.ts'), logger });
    return code;
  } finally {
    await rm(copy, { recursive: true });
  }
}

describe('replay of the open runs', () => {
  const pipeline = usePipeline({
    train: `touch ../../../../started; until [ -e ../../../../go ]; do sleep 0.05; done; ${quickScripts.train}`,
  });

  it('passes with the code they run on, and names the runs that changed code would break', async () => {
    const { client, store, root: folder, start } = pipeline();
    const run = await start();
    await until(() => existsSync(join(folder, 'started')));
    assert.deepEqual(await replayOpenRuns(client, store.id, await findWorkflowBundle()), {
      open: 1,
      broken: [],
    });

    const codePath = join(folder, 'broken.js');
    await writeFile(codePath, await bundleBroken());
    const { open, broken } = await replayOpenRuns(client, store.id, { codePath, digest: 'broken' });
    assert.deepEqual([open, broken.map(({ runId }) => runId)], [1, [run.workflowId]]);
    assert.match(broken[0]!.reason, /Nondeterminism|determinis/i);

    const command = promisify(execFile)(process.execPath, [join(root, 'worker', 'replay.ts')], {
      cwd: root,
      env: { ...process.env, TEMPORAL_AZUREML_STORE: store.root },
    });
    assert.deepEqual(await command, {
      stdout: '',
      stderr: `1 open runs of store ${store.root} replay with this code.\n`,
    });
    await writeFile(join(folder, 'go'), '');
    assert.equal((await run.result()).state, 'completed');
  });
});
