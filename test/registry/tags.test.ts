import assert from 'node:assert/strict';
import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { changeTags, hasTags, readTags } from '../../registry/tags.ts';
import { useFolder } from '../folder.ts';
import { addVersion } from './version.ts';

describe('tags of a version', () => {
  const folder = useFolder();

  it('are set, changed and removed', async () => {
    const version = await addVersion(join(folder(), 'one'));
    assert.deepEqual(await readTags(version), {});
    await changeTags(version, { set: { stage: 'staging', owner: 'kim' }, remove: [] });
    const left = await changeTags(version, { set: { stage: 'production' }, remove: ['owner', 'none'] });
    assert.deepEqual(left, { stage: 'production' });
    assert.deepEqual(await readTags(version), left);
  });

  it('are none lost where many are set at once', async () => {
    const version = await addVersion(join(folder(), 'many'));
    const keys = Array.from({ length: 20 }, (_, at) => `key-${at}`);
    await Promise.all(keys.map((key) => changeTags(version, { set: { [key]: 'x' }, remove: [] })));
    assert.deepEqual(Object.keys(await readTags(version)), keys.toSorted());
    assert.deepEqual((await readdir(version.folder)).toSorted(), [
      'diabetes.json',
      'tags.json',
      'version.json',
    ]);
  });

  it('are set also where a client was killed while it set some', async () => {
    const version = await addVersion(join(folder(), 'killed'));
    const lock = join(version.folder, '.tags.lock');
    await mkdir(lock);
    await utimes(lock, new Date(0), new Date(0));
    assert.deepEqual(await changeTags(version, { set: { a: '1' }, remove: [] }), { a: '1' });
  });

  it('are asked for by key and value, or by key', () => {
    const tags = { stage: 'production', note: 'a=b', empty: '' };
    const asked: [string[], boolean][] = [
      [[], true],
      [['stage=production'], true],
      [['stage'], true],
      [['stage=production', 'note=a=b', 'empty='], true],
      [['stage=production', 'owner'], false],
      [['stage='], false],
      [['toString'], false],
    ];
    for (const [wanted, expected] of asked) assert.equal(hasTags(tags, wanted), expected, wanted.join(' '));
  });
});
