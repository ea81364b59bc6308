import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createRecordActivities } from '../../activities/record.ts';
import { openStore, type FileStore } from '../../store/file.ts';
import { readRun, reportPath } from '../../store/run.ts';
import { useFolder } from '../folder.ts';
import { completed, leaveCompleted } from '../report/left.ts';

describe('the end of a run', () => {
  const folder = useFolder();
  let store: FileStore;
  before(async () => {
    store = await openStore(join(folder(), 'store'));
    await leaveCompleted(store);
  });

  const record = (): Promise<void> => {
    const { recordRun } = createRecordActivities(store, { uiUrl: 'http://ui/', namespace: 'a b' });
    return new MockActivityEnvironment().run(recordRun, completed);
  };

  it('leaves record and report, and the same again when it is told twice', async () => {
    await record();
    const page = await readFile(reportPath(store, completed), 'utf8');
    await record();
    assert.equal(await readFile(reportPath(store, completed), 'utf8'), page);
    assert.deepEqual(await readRun(store, 'training-2'), completed);
    assert.ok(page.includes('href="http://ui/namespaces/a%20b/workflows/training-2/e2/history"'));
  });

  it('leaves the record where the report cannot be written, and nothing half-written', async () => {
    store = await openStore(join(folder(), 'other'));
    await mkdir(reportPath(store, completed), { recursive: true });
    await record();
    assert.deepEqual(await readRun(store, 'training-2'), completed);
    const left = await readdir(join(store.root, 'runs', 'training-2', 'e2'));
    assert.deepEqual(left.toSorted(), ['report.html', 'run.json']);
  });
});
