import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deleteVersion } from '../../registry/deletion.ts';
import { findModel, listNames, listVersions } from '../../registry/models.ts';
import { useFolder } from '../folder.ts';
import { addVersion } from './version.ts';

const deleted = { by: 'kim@laptop', at: '2026-11-24T09:00:00.000Z' };

describe('the models of a registry', () => {
  const folder = useFolder();

  it('are listed by name, their versions from the newest on', async () => {
    const registry = join(folder(), 'some');
    for (const name of ['wine', 'diabetes', 'diabetes']) await addVersion(registry, { name });
    await writeFile(join(registry, 'README'), '');
    await mkdir(join(registry, '.cache'));
    assert.deepEqual(await listNames(registry), ['diabetes', 'wine']);
    const versions = await listVersions(registry, 'diabetes');
    assert.deepEqual(
      versions.map(({ version }) => version),
      [2, 1],
    );
    assert.deepEqual(await listNames(join(folder(), 'none')), []);
    assert.deepEqual(await listVersions(registry, '../some'), []);
  });

  it('are found by number, as the latest, and without either', async () => {
    const registry = join(folder(), 'found');
    for (let count = 0; count < 10; count++) await addVersion(registry);
    const numbers = ['diabetes', 'diabetes:latest', 'diabetes:9'].map(
      async (text) => (await findModel(registry, text)).version,
    );
    assert.deepEqual(await Promise.all(numbers), [10, 10, 9]);
  });

  it('are not found under a wrong name, and the message says what there is', async () => {
    const registry = join(folder(), 'missing');
    await addVersion(registry);
    const missing: [string, string][] = [
      ['wine', 'It has diabetes.'],
      ['wine:latest', 'It has diabetes.'],
      ['diabetes:2', 'diabetes has versions 1 to 1.'],
      ['diabetes:newest', 'It has diabetes.'],
      ['../missing/diabetes:1', 'It has diabetes.'],
    ];
    for (const [text, hint] of missing)
      await assert.rejects(findModel(registry, text), {
        code: 'MODEL_NOT_FOUND',
        message: `The registry ${registry} has no model ${text}.`,
        hint,
      });
  });

  it('are not found once deleted, which leaves the number taken and the one before the latest', async () => {
    const registry = join(folder(), 'deleted');
    await addVersion(registry, { run: 'a/1' });
    const second = await addVersion(registry, { run: 'b/1' });
    await deleteVersion(second.folder, deleted);
    await assert.rejects(findModel(registry, 'diabetes:2'), {
      code: 'MODEL_NOT_FOUND',
      message: 'diabetes:2 was deleted at 2026-11-24T09:00:00.000Z by kim@laptop.',
      hint: 'diabetes has versions 1 to 1.',
    });
    assert.equal((await findModel(registry, 'diabetes')).version, 1);
    assert.equal((await addVersion(registry, { run: 'c/1' })).version, 3);
  });

  it('say which of their files is broken', async () => {
    const registry = join(folder(), 'broken');
    const version = await addVersion(registry);
    const file = join(version.folder, 'version.json');
    await writeFile(file, '{"version": ');
    await assert.rejects(findModel(registry, 'diabetes'), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'MODEL_INVALID');
      assert.ok(error.message.startsWith(`${file} is not JSON: `), error.message);
      return true;
    });
  });
});
