import assert from 'node:assert/strict';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openWorkspace, parseWorkspace, readAttempt, withdrawWorkspace } from '../../store/attempt.ts';
import { openStore, type FileStore } from '../../store/file.ts';
import { findLogs, keepLog, keptLogsPath, logPath, restartLine, takeUpLogs } from '../../store/log.ts';
import { useFolder } from '../folder.ts';

describe('the log of an attempt that was not committed', () => {
  const folder = useFolder();
  let store: FileStore;
  let count = 0;
  const newName = () => ({ runId: `run~${count++}`, executionId: 'e1', step: 'train', attempt: 1 });

  before(async () => {
    store = await openStore(join(folder(), 'store'));
  });

  /** A work folder with this in its log, which was written last at this second. */
  async function write(name: ReturnType<typeof newName>, text: string, second = 0): Promise<string> {
    const { root, attempt } = await openWorkspace(store, name);
    await writeFile(join(attempt, logPath), text);
    await utimes(join(attempt, logPath), second, second);
    return basename(root);
  }

  const read = async (name: ReturnType<typeof newName>): Promise<[string, number, boolean, string][]> =>
    Promise.all(
      (await findLogs(store, name)).map(
        async ({ step, attempt, live, path }) =>
          [step, attempt, live, await readFile(path, 'utf8')] as [string, number, boolean, string],
      ),
    );

  it('is found while it is written, when it was withdrawn and when it was kept; the attempt stays undone', async () => {
    const name = newName();
    const work = await write(name, 'one\n');
    assert.deepEqual(await read(name), [['train', 1, true, 'one\n']]);
    await withdrawWorkspace(store, work);
    assert.deepEqual(await read(name), [['train', 1, true, 'one\n']]);
    keepLog(store, work);
    assert.deepEqual(await read(name), [['train', 1, false, 'one\n']]);
    assert.equal(await readAttempt(store, name), undefined);
    keepLog(store, work);
    assert.equal((await readdir(join(store.root, keptLogsPath(name)))).length, 1);
  });

  it('is not kept where it is empty', async () => {
    const name = newName();
    keepLog(store, await write(name, ''));
    assert.deepEqual(await readdir(join(store.root, 'runs')).catch(() => []), ['run~0']);
  });

  it('is the beginning of the next one, all of them in their order, each with a line after it', async () => {
    const name = newName();
    keepLog(store, await write(name, 'second, not ended', 2000));
    keepLog(store, await write(name, 'first\n', 1000));
    const { attempt } = await openWorkspace(store, name);
    await takeUpLogs(store, name, join(attempt, logPath));
    const begun = `first\n${restartLine}\nsecond, not ended\n${restartLine}\n`;
    assert.deepEqual(await read(name), [['train', 1, true, begun]]);
    assert.deepEqual(await readdir(join(store.root, keptLogsPath(name), '..')), []);
    // A worker that dies now leaves it as the log of the next.
    keepLog(store, basename(join(attempt, '..')));
    const next = await openWorkspace(store, name);
    await takeUpLogs(store, name, join(next.attempt, logPath));
    assert.deepEqual(await read(name), [['train', 1, true, `${begun}${restartLine}\n`]]);
  });

  it('is of the attempt its work folder names, whatever is in the id of the run', async () => {
    const name = { runId: 'a~b/c d', executionId: 'e-1', step: 'train model', attempt: 12 };
    const { root } = await openWorkspace(store, name);
    assert.deepEqual(parseWorkspace(basename(root)), name);
    assert.equal(parseWorkspace('something else'), undefined);
  });
});
