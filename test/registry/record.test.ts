import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deleteVersion } from '../../registry/deletion.ts';
import { recordModel } from '../../registry/record.ts';
import type { Decision } from '../../workflows/messages.ts';
import { useFolder } from '../folder.ts';
import { addVersion, progressOf } from './version.ts';

const sha256 = '3b27'.repeat(16);
const approval: Decision = {
  decision: 'approved',
  by: 'kim@laptop',
  reason: 'good',
  at: '2026-11-23T08:33:00.000Z',
};

const readRecord = async (place: string): Promise<unknown> =>
  JSON.parse(await readFile(join(place, 'run.json'), 'utf8'));

describe("a model's record", () => {
  const folder = useFolder();

  it('holds what the run was given and measured, and who let it register', async () => {
    const version = await addVersion(join(folder(), 'whole'), { run: 'training-1/e1' });
    const parameters = { data: `data/${sha256}/diabetes.csv`, test_size: 0.2, model_name: 'diabetes' };
    const progress = progressOf(version, { parameters });
    await recordModel({ ...progress, approval });
    const expected = {
      runId: 'training-1',
      executionId: 'e1',
      pipeline: 'training',
      state: 'completed',
      startedBy: 'kim@laptop',
      startedAt: '2026-11-23T08:32:48.000Z',
      finishedAt: '2026-11-23T08:33:58.500Z',
      metrics: { mse: 4150.680189329983, r2: 0.19057346847560164 },
      parameters,
      data: { data: { file: 'diabetes.csv', sha256 } },
      code: 'abc',
      approval,
    };
    assert.deepEqual(await readRecord(version.folder), expected);
    await recordModel({ ...progress, approval });
    assert.deepEqual(await readRecord(version.folder), expected);
    assert.deepEqual((await readdir(version.folder)).toSorted(), [
      'diabetes.json',
      'run.json',
      'version.json',
    ]);
  });

  it('is that of the run that registered, not of one that took the result of its step', async () => {
    for (const run of ['training-1/e1', null]) {
      const version = await addVersion(join(folder(), `owner-${run === null}`), { run });
      await recordModel(progressOf(version));
      const first = await readRecord(version.folder);
      await recordModel(progressOf(version, { runId: 'training-2', metrics: { r2: 0 } }));
      await recordModel(progressOf(version, { executionId: 'e2', metrics: { r2: 0 } }));
      assert.deepEqual(await readRecord(version.folder), first);
    }
  });

  it('is not written where there is no version of ours: another place, no place, a deleted version', async () => {
    const version = await addVersion(join(folder(), 'none'), { run: 'training-1/e1' });
    const broken = join(folder(), 'broken');
    await mkdir(broken);
    await writeFile(join(broken, 'version.json'), '{');
    const uris = [
      pathToFileURL(broken).href,
      'file:///etc/passwd',
      'file:///m',
      'file://host/m',
      'azureml://models/diabetes/1',
      '',
      'm',
      undefined,
    ];
    for (const uri of uris)
      await recordModel(progressOf(version, { model: { ...version, uri: uri as string } }));
    const { model: _, ...without } = progressOf(version);
    await recordModel(without);
    assert.equal(existsSync(join(version.folder, 'run.json')), false);
    await deleteVersion(version.folder, { by: 'kim', at: '2026-11-24T09:00:00.000Z' });
    await recordModel(progressOf(version));
    assert.deepEqual(await readdir(version.folder), ['version.json']);
  });

  it('leaves nothing half-written where it cannot be written', async function () {
    // The superuser may write anywhere.
    if (process.getuid?.() === 0) this.skip();
    const version = await addVersion(join(folder(), 'closed'), { run: 'training-1/e1' });
    await chmod(version.folder, 0o555);
    await assert.rejects(recordModel(progressOf(version)), { code: 'STORE_UNWRITABLE' });
    assert.deepEqual((await readdir(version.folder)).toSorted(), ['diabetes.json', 'version.json']);
  });
});
