import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  attemptPath,
  commitAttempt,
  findWorkspaces,
  openWorkspace,
  readAttempt,
  removeWorkspace,
  type AttemptRecord,
} from '../../store/attempt.ts';
import { openStore, type FileStore } from '../../store/file.ts';
import { useFolder } from '../folder.ts';

describe('an attempt', () => {
  const folder = useFolder();
  const name = { runId: 'run/1', executionId: 'e1', step: 'train', attempt: 1 };
  const record = (reason: string): AttemptRecord => ({
    ...name,
    state: 'done',
    inputs: {},
    outputs: {},
    metrics: {},
    reusable: false,
    reason,
    key: 'k',
    parts: { component: '', code: {}, environment: '', inputs: {} },
    command: 'true',
    host: 'here',
    startedAt: '2026-11-23T00:00:00.000Z',
    finishedAt: '2026-11-23T00:00:01.000Z',
    seconds: 1,
  });
  let store: FileStore;

  before(async () => {
    store = await openStore(join(folder(), 'store'));
  });

  it('is not there before it is committed, and whole afterwards', async () => {
    const workspace = await openWorkspace(store, name);
    await writeFile(join(workspace.attempt, 'outputs', 'metrics.json'), '{}');
    assert.equal(await readAttempt(store, name), undefined);
    await commitAttempt(store, workspace, record('first'));
    assert.deepEqual(await readAttempt(store, name), record('first'));
    const committed = join(store.root, attemptPath(name));
    assert.deepEqual((await readdir(committed)).toSorted(), [
      'named_outputs',
      'outputs',
      'record.json',
      'user_logs',
    ]);
    assert.equal(await readFile(join(committed, 'outputs', 'metrics.json'), 'utf8'), '{}');
  });

  it('committed by two executions, keeps the first', async () => {
    const late = await openWorkspace(store, name);
    assert.deepEqual(await commitAttempt(store, late, record('second')), record('first'));
    assert.deepEqual(await readAttempt(store, name), record('first'));
  });

  it('has its work folders found by its name, and no other attempt’s', async () => {
    for (const folderName of await findWorkspaces(store, name)) await removeWorkspace(store, folderName);
    const mine = await openWorkspace(store, name);
    await openWorkspace(store, { ...name, attempt: 11 });
    await openWorkspace(store, { ...name, runId: 'run/12' });
    assert.deepEqual(
      (await findWorkspaces(store, name)).map((one) => join(store.root, 'work', one)),
      [mine.root],
    );
  });
});
