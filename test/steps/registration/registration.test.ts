import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerModel } from '../../../steps/registration/registration.ts';
import { useFolder } from '../../folder.ts';
import { runStep } from '../run.ts';

const now = () => new Date('2026-11-23T12:00:00Z');

/** The run of each version, 1 first; every version must be whole. */
function versionsOf(registry: string): string[] {
  const versions = readdirSync(join(registry, 'diabetes')).toSorted((a, b) => Number(a) - Number(b));
  return versions.map((version) => {
    const record = JSON.parse(readFileSync(join(registry, 'diabetes', version, 'version.json'), 'utf8'));
    assert.equal(String(record.version), version);
    assert.ok(existsSync(join(registry, 'diabetes', version, record.file)));
    return String(record.runId);
  });
}

describe('registering a model', () => {
  const folder = useFolder();
  const diabetes = { name: 'diabetes', file: 'diabetes.json', content: Buffer.from('{"a":1}\n') };

  it('writes the model and its record into a numbered folder', () => {
    const registry = join(folder(), 'one');
    const { record } = registerModel(registry, diabetes, 'run-1', now);
    assert.deepEqual(record, {
      name: 'diabetes',
      version: 1,
      runId: 'run-1',
      registeredAt: '2026-11-23T12:00:00.000Z',
      file: 'diabetes.json',
      sha256: 'e346432021b04179518d9614f3560ccd71354a4ee101ddcb893d6959a9d6301c',
    });
    assert.deepEqual(readdirSync(join(registry, 'diabetes', '1')).toSorted(), [
      'diabetes.json',
      'version.json',
    ]);
    assert.equal(readFileSync(join(registry, 'diabetes', '1', 'diabetes.json'), 'utf8'), '{"a":1}\n');
    assert.deepEqual(
      JSON.parse(readFileSync(join(registry, 'diabetes', '1', 'version.json'), 'utf8')),
      record,
    );
  });

  it('gives a run its first version again, also after others have registered', () => {
    const registry = join(folder(), 'again');
    const first = registerModel(registry, diabetes, 'run-1', now);
    registerModel(registry, diabetes, 'run-2', now);
    const again = registerModel(registry, diabetes, 'run-1');
    assert.deepEqual(again, { ...first, found: true });
    assert.deepEqual(versionsOf(registry), ['run-1', 'run-2']);
  });

  it('registers anew each time no run is named', () => {
    const registry = join(folder(), 'unnamed');
    for (let time = 0; time < 3; time++) registerModel(registry, diabetes, null);
    assert.deepEqual(versionsOf(registry), ['null', 'null', 'null']);
  });

  it('passes over what a killed process left, and over a version that was deleted', () => {
    const registry = join(folder(), 'left');
    for (const run of ['a', 'b', 'c']) registerModel(registry, diabetes, run);
    mkdirSync(join(registry, 'diabetes', '.new-killed'));
    writeFileSync(join(registry, 'diabetes', '.new-killed', 'version.json'), '{"versi');
    rmSync(join(registry, 'diabetes', '2'), { recursive: true });
    assert.equal(registerModel(registry, diabetes, 'd').record.version, 4);
    assert.equal(registerModel(registry, diabetes, 'a').record.version, 1);
  });

  it('gives 20 processes of 10 runs the versions 1 to 10, one a run', async () => {
    const place = folder();
    writeFileSync(join(place, 'diabetes.json'), '{}\n');
    const registry = join(place, 'crowd');
    const ended = await Promise.all(
      Array.from({ length: 20 }, async (_, process) => {
        const cwd = join(place, `process-${process}`);
        mkdirSync(cwd);
        const run = `run-${process % 10}`;
        const flags = [`--model_dir=${place}`, `--registry=${registry}`, `--run_id=${run}`];
        const { code, stdout, stderr } = await runStep(cwd, 'register_model', ...flags);
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
        return `${run} ${/version (\d+)/.exec(stdout)?.[1]}`;
      }),
    );
    const runs = versionsOf(registry);
    assert.deepEqual(
      runs.toSorted(),
      Array.from({ length: 10 }, (_, run) => `run-${run}`),
    );
    // Both processes of a run were told the same version, the one that stands in the registry.
    const told = runs.map((run, index) => `${run} ${index + 1}`);
    assert.deepEqual([...new Set(ended)].toSorted(), told.toSorted());
  });
});
