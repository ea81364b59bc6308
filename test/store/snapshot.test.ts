import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../store/file.ts';
import { filesBelow, readSnapshot, takeSnapshot } from '../../store/snapshot.ts';
import { useFolder } from '../folder.ts';

describe('a snapshot', () => {
  const folder = useFolder();
  const steps = { train: { component: 'steps/train.yml', code: 'steps' } };

  async function openProject(name: string): Promise<string> {
    const root = join(folder(), name);
    await mkdir(join(root, 'steps', 'nested'), { recursive: true });
    await mkdir(join(root, 'steps', 'node_modules'), { recursive: true });
    await writeFile(join(root, 'steps', 'train.yml'), 'command: node train.ts\n');
    await writeFile(join(root, 'steps', 'train.ts'), '// one\n');
    await writeFile(join(root, 'steps', 'nested', 'fit.ts'), '// fit\n');
    await writeFile(join(root, 'steps', 'node_modules', 'big.js'), '');
    await writeFile(join(root, 'steps', '.secret'), '');
    await writeFile(join(root, 'package-lock.json'), '{}\n');
    return root;
  }

  it('holds component files, code and lock file, and nothing hidden or installed', async () => {
    const store = await openStore(join(folder(), 'store'));
    const snapshot = await takeSnapshot(store, await openProject('project'), steps);
    assert.deepEqual(Object.keys(snapshot.files), [
      'package-lock.json',
      'steps/nested/fit.ts',
      'steps/train.ts',
      'steps/train.yml',
    ]);
    assert.deepEqual(snapshot.components, { train: 'steps/train.yml' });
    assert.deepEqual(Object.keys(filesBelow(snapshot, 'steps')), ['nested/fit.ts', 'train.ts', 'train.yml']);
  });

  it('keeps a step of an installed package apart from the project around it', async () => {
    const store = await openStore(join(folder(), 'store'));
    const root = await openProject('with-package');
    const code = 'node_modules/pack/steps';
    await mkdir(join(root, code), { recursive: true });
    await writeFile(join(root, code, 'register.yml'), '');
    const snapshot = await takeSnapshot(store, root, {
      train: { component: 'steps/train.yml', code: '.' },
      register: { component: `${code}/register.yml`, code },
    });
    assert.deepEqual(Object.keys(filesBelow(snapshot, code)), ['register.yml']);
    assert.deepEqual(Object.keys(filesBelow(snapshot, '.')), [
      'package-lock.json',
      'steps/nested/fit.ts',
      'steps/train.ts',
      'steps/train.yml',
    ]);
  });

  it('has the same digest for the same content, another for a changed byte, and does not change with the working copy', async () => {
    const store = await openStore(join(folder(), 'store'));
    const root = await openProject('project');
    const first = await takeSnapshot(store, root, steps);
    const second = await takeSnapshot(store, await openProject('copy'), steps);
    assert.equal(second.digest, first.digest);

    await writeFile(join(root, 'steps', 'train.ts'), '// two\n');
    const third = await takeSnapshot(store, root, steps);
    assert.notEqual(third.digest, first.digest);
    const kept = await readSnapshot(store, first.digest);
    assert.equal(await readFile(join(kept.folder, 'steps', 'train.ts'), 'utf8'), '// one\n');
  });

  it('is whole when many take it at once', async () => {
    const store = await openStore(join(folder(), 'contended'));
    const root = await openProject('project');
    const snapshots = await Promise.all(Array.from({ length: 10 }, () => takeSnapshot(store, root, steps)));
    assert.equal(new Set(snapshots.map((snapshot) => snapshot.digest)).size, 1);
    assert.deepEqual(await readdir(join(store.root, 'snapshots')), [snapshots[0]!.digest]);
  });

  it('that is not there is named', async () => {
    const store = await openStore(join(folder(), 'store'));
    await assert.rejects(readSnapshot(store, 'abc'), {
      code: 'SNAPSHOT_NOT_FOUND',
      message: `The store ${store.root} has no snapshot abc.`,
    });
  });
});
