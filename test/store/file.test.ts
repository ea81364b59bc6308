import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PipelineError } from '../../errors/error.ts';
import { addData, describeFileError, openStore } from '../../store/file.ts';
import { useFolder } from '../folder.ts';

describe('the file store', () => {
  const folder = useFolder();

  it('is made where it is missing, and keeps its id', async () => {
    const first = await openStore(join(folder(), 'a', 'store'));
    const second = await openStore(pathToFileURL(join(folder(), 'a', 'store')).href);
    assert.match(first.id, /^[0-9a-f]{8}$/);
    assert.deepEqual(second, first);
  });

  it('gets one id when many processes open it at once', async () => {
    const stores = await Promise.all(
      Array.from({ length: 20 }, () => openStore(join(folder(), 'contended'))),
    );
    assert.equal(new Set(stores.map((store) => store.id)).size, 1);
  });

  it('says so when it is a file', async () => {
    const path = join(folder(), 'file');
    await writeFile(path, '');
    await assert.rejects(openStore(path), {
      code: 'STORE_NOT_A_FOLDER',
      message: `The store ${path} is a file.`,
    });
  });

  it('keeps a data file under its SHA-256, once, read-only', async () => {
    const store = await openStore(join(folder(), 'data-store'));
    const file = join(folder(), 'rows.csv');
    await writeFile(file, 'a\n1\n');
    const place = await addData(store, file);
    assert.equal(place, 'data/309b0e45a73d3fc5325e2b6ed0a01ef8b9cde6b05a5633c1f893f970d52bfddc/rows.csv');
    assert.equal(await addData(store, file), place);
    assert.equal(await readFile(join(store.root, place), 'utf8'), 'a\n1\n');
    assert.equal((await stat(join(store.root, place))).mode & 0o777, 0o444);
    assert.deepEqual(await readdir(join(store.root, place, '..')), ['rows.csv']);
  });

  it('names a data file that is not there', async () => {
    const store = await openStore(join(folder(), 'data-store'));
    await assert.rejects(addData(store, '/no/such/rows.csv'), {
      code: 'DATA_NOT_FOUND',
      message: 'There is no data file /no/such/rows.csv.',
    });
  });

  it('says that the disk is full, as its error', () => {
    const cause = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', path: '/full/run.json' });
    const error = describeFileError(cause);
    assert.ok(error instanceof PipelineError);
    assert.equal(error.code, 'STORE_UNWRITABLE');
    assert.equal(error.message, 'Cannot write /full/run.json: the disk is full.');
    assert.equal(error.cause, cause);
  });
});
