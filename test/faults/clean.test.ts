import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findLive } from '../../client/live.ts';
import type { Temporal } from '../../client/connection.ts';
import { attemptPath, readAttempt, type AttemptRecord } from '../../store/attempt.ts';
import { digestOf } from '../../store/digest.ts';
import { openStore, writeJson, type FileStore } from '../../store/file.ts';
import { findRemovable } from '../../store/retention.ts';
import { addReusable, findReusable } from '../../store/reuse.ts';
import { holdTrash, removeUnused } from '../../store/trash.ts';
import { useFolder } from '../folder.ts';
import { usePipeline } from '../pipeline.ts';
import { age } from '../store/aging.ts';
import { until } from '../until.ts';

const module = (path: string): string => JSON.stringify(join(import.meta.dirname, '..', '..', path));

/** Removes everything of a store that is older than an hour, in a process of its own. */
const cleaner = (store: FileStore): string => `
  import { openStore } from ${module('store/file.ts')};
  import { findRemovable } from ${module('store/retention.ts')};
  import { noReferences } from ${module('store/references.ts')};
  import { holdTrash, removeUnused } from ${module('store/trash.ts')};
  const store = await openStore(${JSON.stringify(store.root)});
  const since = new Date(Date.now() - 3_600_000);
  await holdTrash(store, async () => {
    const { removable } = await findRemovable(store, {
      endedSince: since, usedSince: since, isLive: () => false, live: noReferences(),
      endOf: async () => new Date(0), lost: false, records: false,
    });
    console.log('found ' + removable.length);
    await removeUnused(store, removable, since);
  });`;

const start = (script: string) =>
  spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Commits an attempt with one output, and makes it findable. */
async function addAttempt(store: FileStore, index: number): Promise<AttemptRecord> {
  const name = { runId: `run-${index}`, executionId: 'e', step: 'prep', attempt: 1 };
  const path = `${attemptPath(name)}/named_outputs/rows`;
  await mkdir(join(store.root, path), { recursive: true });
  for (const part of ['a', 'b', 'c']) await writeFile(join(store.root, path, part), `${index} ${part}`);
  const outputs = { rows: { path, digest: await digestOf(join(store.root, path)) } };
  const record = { ...name, outputs, state: 'done', key: String(index), finishedAt: '2020-01-01T00:00:00Z' };
  await writeJson(join(store.root, attemptPath(name), 'record.json'), record);
  await addReusable(store, record as unknown as AttemptRecord);
  return record as unknown as AttemptRecord;
}

describe('clean, while the store is in use', () => {
  const folder = useFolder();

  it('takes no result away that a step has taken, at whichever moment', async () => {
    const store = await openStore(join(folder(), 'race'));
    const attempts = await Promise.all(Array.from({ length: 300 }, (_, index) => addAttempt(store, index)));
    await age(store, 86_400_000);
    const clean = start(cleaner(store));
    await once(clean.stdout, 'data');
    // From the other end, so that the two meet.
    const taken: AttemptRecord[] = [];
    for (const { key } of attempts.toReversed()) {
      const found = await findReusable(store, key);
      if ('record' in found) taken.push(found.record);
    }
    await once(clean, 'exit');
    const lost = taken.filter((record) => !existsSync(join(store.root, record.outputs['rows']!.path, 'a')));
    assert.deepEqual(lost, []);
    assert.ok(taken.length > 0 && taken.length < attempts.length, String(taken.length));
    const left = attempts.filter((record) => existsSync(join(store.root, attemptPath(record))));
    assert.equal(left.length, taken.length);
  });

  it('killed half-way leaves nothing half there, and the next one finishes', async () => {
    const store = await openStore(join(folder(), 'killed'));
    const attempts = await Promise.all(Array.from({ length: 300 }, (_, index) => addAttempt(store, index)));
    await age(store, 86_400_000);
    const killed = start(cleaner(store));
    const trash = join(store.root, 'trash');
    await until(() => existsSync(trash) && readdirSync(trash).length > 10);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    let there = 0;
    for (const attempt of attempts) {
      const record = await readAttempt(store, attempt);
      assert.equal(record === undefined, !existsSync(join(store.root, attemptPath(attempt))));
      if (record === undefined) continue;
      there += 1;
      assert.equal(
        await digestOf(join(store.root, record.outputs['rows']!.path)),
        record.outputs['rows']!.digest,
      );
    }
    assert.ok(there > 0 && there < 300, String(there));
    await delay(5500); // the killed one's lock goes stale
    await age(store, 86_400_000);
    assert.equal((await once(start(cleaner(store)), 'exit'))[0], 0);
    assert.deepEqual(readdirSync(store.root).toSorted(), ['id', 'reuse', 'runs']);
    assert.deepEqual(
      [readdirSync(join(store.root, 'reuse')), readdirSync(join(store.root, 'runs'))],
      [[], []],
    );
  });
});

describe('clean again and again, while runs go on', () => {
  const pipeline = usePipeline();

  it('makes no run fail', async () => {
    const { client, store, root, start: startRun } = pipeline();
    const temporal = { client } as Temporal;
    let removed = 0;
    const over = new AbortController();
    const cleaning = (async () => {
      while (!over.signal.aborted)
        await holdTrash(store, async () => {
          const now = Date.now();
          const usedSince = new Date(now - 2500);
          const retention = { endedSince: new Date(now - 500), usedSince, lost: true, records: true };
          const found = await findRemovable(store, { ...retention, ...(await findLive(temporal, store)) });
          removed += (await removeUnused(store, found.removable, usedSince)).length;
        });
    })();
    const states: string[] = [];
    const runs: Promise<unknown>[] = [];
    for (let index = 0; index < 35; index++) {
      // Some with data and code of their own, some that find those of three seconds ago.
      await writeFile(join(root, 'rows.csv'), `bmi,target\n${index % 12},2\n`);
      await writeFile(join(root, 'steps', 'note.txt'), String(index % 15));
      const handle = await startRun({ parameters: { features: `f${index % 10}` } });
      runs.push(
        handle.result().then(
          ({ state }) => states.push(state),
          (error) => states.push(String(error.cause)),
        ),
      );
      await delay(200);
    }
    await Promise.all(runs);
    over.abort();
    await cleaning;
    assert.deepEqual([...new Set(states)], ['completed']);
    assert.equal(states.length, 35);
    assert.ok(removed > 20, `${removed} removed`);
  });
});
