import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { deleteVersion } from '../../registry/deletion.ts';
import { listVersions } from '../../registry/models.ts';
import { useFolder } from '../folder.ts';
import { runStep } from '../steps/run.ts';
import { addVersion } from './version.ts';

const deleted = { by: 'kim@laptop', at: '2026-11-24T09:00:00.000Z' };

describe('deleting a version', () => {
  const folder = useFolder();

  it('leaves its version.json alone, which says who and when', async () => {
    const version = await addVersion(join(folder(), 'one'), { run: 'run/1' });
    await mkdir(join(version.folder, '.tags.lock'));
    await writeFile(join(version.folder, 'tags.json'), '{}');
    await deleteVersion(version.folder, deleted);
    assert.deepEqual(await readdir(version.folder), ['version.json']);
    const { uri: _uri, folder: _folder, ...record } = version;
    assert.deepEqual(JSON.parse(await readFile(join(version.folder, 'version.json'), 'utf8')), {
      ...record,
      deleted,
    });
  });

  it('is finished by a second one where the first was killed, and stays that of the first', async () => {
    const version = await addVersion(join(folder(), 'twice'));
    await deleteVersion(version.folder, deleted);
    await writeFile(join(version.folder, 'diabetes.json'), 'left by the first');
    await deleteVersion(version.folder, { by: 'lee@server', at: '2026-11-25T00:00:00.000Z' });
    assert.deepEqual(await readdir(version.folder), ['version.json']);
    const left = JSON.parse(await readFile(join(version.folder, 'version.json'), 'utf8'));
    assert.deepEqual(left.deleted, deleted);
  });

  it('does not let its run register again', async () => {
    const place = join(folder(), 'again');
    await mkdir(place);
    await writeFile(join(place, 'diabetes.json'), '{}\n');
    const register = () =>
      runStep(place, 'register_model', '--model_dir=.', '--registry=r', '--run_id=run/1');
    assert.equal((await register()).stdout, 'Registered model: diabetes version 1\n');
    await deleteVersion(join(place, 'r', 'diabetes', '1'), deleted);
    assert.deepEqual(await register(), {
      code: 0,
      stdout:
        'Registered model: diabetes version 1 (earlier, by this run run/1; deleted since, by kim@laptop)\n',
      stderr: '',
    });
    assert.deepEqual(await readdir(join(place, 'r', 'diabetes')), ['1']);
  });

  it('frees no number and makes no run register twice while processes register', async () => {
    const place = join(folder(), 'crowd');
    await mkdir(place);
    await writeFile(join(place, 'diabetes.json'), '{}\n');
    const registry = join(place, 'r');
    const processes = Array.from({ length: 16 }, async (_, process) => {
      const cwd = join(place, `process-${process}`);
      await mkdir(cwd);
      const flags = [`--model_dir=${place}`, `--registry=${registry}`, `--run_id=run-${process % 8}/1`];
      const { code, stdout, stderr } = await runStep(cwd, 'register_model', ...flags);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      return `run-${process % 8}/1 ${/version (\d+)/.exec(stdout)?.[1]}`;
    });
    const registering = { goesOn: true };
    const all = Promise.all(processes).finally(() => (registering.goesOn = false));
    // Whatever is the newest goes at once.
    while (registering.goesOn || (await listVersions(registry, 'diabetes')).length > 0) {
      for (const version of await listVersions(registry, 'diabetes'))
        await deleteVersion(version.folder, deleted);
      await setImmediate();
    }
    const told = [...new Set(await all)].toSorted();
    const records = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => {
        const text = await readFile(join(registry, 'diabetes', String(at + 1), 'version.json'), 'utf8');
        return JSON.parse(text) as { runId: string; version: number };
      }),
    );
    assert.deepEqual(told, records.map(({ runId, version }) => `${runId} ${version}`).toSorted());
    assert.equal(new Set(records.map(({ runId }) => runId)).size, 8);
    assert.equal((await readdir(join(registry, 'diabetes'))).length, 8);
  });
});
