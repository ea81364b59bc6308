import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pauseSignal, resumeSignal } from '../../workflows/messages.ts';
import { useFolder } from '../folder.ts';
import { usePipeline } from '../pipeline.ts';
import { quickScripts } from '../project.ts';
import { until } from '../until.ts';
import { useWorker } from '../worker.ts';
import { environmentIn, runClient, startClient } from './command.ts';

interface Change {
  time?: string;
  steps: { name: string; state: string; detail: string | null; fraction: number | null }[];
}

describe('watch, long into a run,', () => {
  const pipeline = usePipeline();

  it('shows what a signal does, each time', async function () {
    const { root, store, writeScripts, start } = pipeline();
    await writeScripts({ train: `until [ -e '${root}/go' ]; do sleep 0.05; done; ${quickScripts.train}` });
    const handle = await start();
    const { child, ended } = startClient(['watch', handle.workflowId], {
      ...environmentIn(root),
      TEMPORAL_AZUREML_STORE: store.root,
    });
    let text = '';
    child.stdout!.on('data', (part: string) => (text += part));
    await until(() => text.includes(' train running'));
    // The pace at which it asks for good.
    const began = Date.now();
    await until(() => Date.now() - began > 4000);
    const delays: number[] = [];
    for (let count = 1; count <= 3; count++) {
      const sent = performance.now();
      await handle.signal(pauseSignal, { by: 'ann', reason: `lunch ${count}` });
      await until(() => text.includes(`lunch ${count}`));
      delays.push(performance.now() - sent);
      await handle.signal(resumeSignal, { by: 'ann', reason: '' });
    }
    await writeFile(join(root, 'go'), '');
    assert.equal((await ended).code, 0);
    this.test!.title += ` (measured: ${delays.map((delay) => delay.toFixed(0)).join(', ')} ms)`;
  });
});

describe('a million rows', function () {
  const folder = useFolder();
  let env: NodeJS.ProcessEnv;
  before(() => {
    env = environmentIn(folder());
    writeRows(join(folder(), 'rows.csv'));
  });
  useWorker(join(import.meta.dirname, '..', '..'), () => env);

  it('are seen to pass through prep_data and train, as a share and in words, no more than once a second', async () => {
    const { code, stdout, stderr } = await runClient(
      ['start', '-w', '-o', 'jsonl', '--data', 'rows.csv', '--features', 'all'],
      env,
    );
    assert.equal(code, 0, stderr);
    const changes = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Change);
    for (const [name, shape] of [
      ['prep_data', /^\d+(\/1000000)? rows (read|written)$/],
      ['train', /^\d+\/1000000 rows$/],
    ] as const) {
      const said = changes
        .flatMap(({ steps }) => steps.filter((step) => step.name === name))
        .filter(({ fraction }) => fraction !== null);
      const fractions = said.map(({ fraction }) => fraction!);
      assert.ok(
        said.some(({ detail }) => shape.test(detail!)),
        JSON.stringify(said),
      );
      assert.deepEqual(
        fractions,
        fractions.toSorted((a, b) => a - b),
      );
    }
    const times = changes.slice(0, -1).map(({ time }) => Date.parse(time!));
    const seconds = (times.at(-1)! - times[0]!) / 1000;
    assert.ok(changes.length < seconds + 10, `${changes.length} objects in ${seconds} s`);
  });
});

function writeRows(path: string): void {
  const file = openSync(path, 'w');
  writeSync(file, 'a,b,c,d,e,f,target\n');
  for (let part = 0; part < 100; part++) {
    const rows = Array.from({ length: 10_000 }, (_, row) =>
      [7, 11, 13, 17, 19, 23, 29].map((prime) => ((row * 31 + part) % prime) / 7).join(','),
    );
    writeSync(file, `${rows.join('\n')}\n`);
  }
  closeSync(file);
}
