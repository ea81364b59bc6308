import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openStore } from '../../store/file.ts';
import { holdKey, reuseKey, type ReuseParts } from '../../store/reuse.ts';
import { useFolder } from '../folder.ts';

const parts: ReuseParts = { component: 'c', code: { a: '1' }, environment: 'e', inputs: { x: 1, y: 'b' } };

describe('a reuse key', () => {
  it('does not depend on the order of the inputs, and depends on every part', () => {
    const key = reuseKey(parts);
    assert.equal(reuseKey({ ...parts, inputs: { y: 'b', x: 1 } }), key);
    const changed: ReuseParts[] = [
      { ...parts, component: 'd' },
      { ...parts, code: { a: '2' } },
      { ...parts, environment: 'f' },
      { ...parts, inputs: { x: '1', y: 'b' } },
      { ...parts, inputs: { x: 1 } },
    ];
    assert.equal(new Set([key, ...changed.map(reuseKey)]).size, 6);
  });
});

describe('a key that is held', () => {
  const folder = useFolder();
  const never = new AbortController().signal;

  it('is held by one at a time', async () => {
    const store = await openStore(join(folder(), 'store'));
    let holders = 0;
    let most = 0;
    const use = async (): Promise<void> => {
      most = Math.max(most, ++holders);
      await new Promise((resolve) => setImmediate(resolve));
      holders -= 1;
    };
    await Promise.all(Array.from({ length: 5 }, () => holdKey(store, 'k', never, () => undefined, use)));
    assert.equal(most, 1);
  });

  it('by a process that is killed, is free after at most ten seconds', async () => {
    const store = await openStore(join(folder(), 'store'));
    const script = `
      import { openStore } from ${JSON.stringify(join(import.meta.dirname, '../../store/file.ts'))};
      import { holdKey } from ${JSON.stringify(join(import.meta.dirname, '../../store/reuse.ts'))};
      const store = await openStore(${JSON.stringify(store.root)});
      await holdKey(store, 'killed', new AbortController().signal, () => {}, async () => {
        console.log('held');
        await new Promise(() => setInterval(() => {}, 1000));
      });`;
    const holder = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    holder.kill('SIGKILL');
    await once(holder, 'exit');

    let waited = false;
    const before = Date.now();
    const result = await holdKey(
      store,
      'killed',
      never,
      () => (waited = true),
      async () => 'mine',
    );
    assert.deepEqual([result, waited], ['mine', true]);
    assert.ok(Date.now() - before < 10_000);
  });

  it('is given up on by who is cancelled', async () => {
    const store = await openStore(join(folder(), 'store'));
    const abort = new AbortController();
    await holdKey(
      store,
      'busy',
      never,
      () => undefined,
      async () => {
        const waiting = holdKey(
          store,
          'busy',
          abort.signal,
          () => abort.abort(),
          async () => 'never',
        );
        await assert.rejects(waiting, { name: 'AbortError' });
      },
    );
  });
});
