import assert from 'node:assert/strict';
import { statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { listFiles } from '../../store/digest.ts';
import { openStore } from '../../store/file.ts';
import { progressQuery, type Progress } from '../../workflows/messages.ts';
import { statesOf, useScene, type Scene } from './scene.ts';

// The store's own small disk: a tmpfs in a mount namespace of the worker, which goes with the worker and needs no root
// where the system allows user namespaces.
const onSmallDisk = (scene: Scene, megabytes: number): readonly [string, ...string[]] => [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
  '--mount',
  'bash',
  '-c',
  'mount -t tmpfs -o size="$1"m small "$2" && shift 2 && exec "$@"',
  'bash',
  String(megabytes),
  scene.file('store'),
];

const advice =
  'the disk is full. Free some space or change the permissions, or name another folder with TEMPORAL_AZUREML_STORE.';

describe('a full disk', function () {
  const scene = useScene({
    train: 'cat "$project/big" > "$1/model" || exit; echo model > "$1/$6.json"',
  });
  let store: string;

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  beforeEach(async () => {
    const worker = await scene().startWorker({}, onSmallDisk(scene(), 4));
    // The worker's disk, as it is seen from outside of its namespace.
    store = `/proc/${worker.pid}/root${scene().file('store')}`;
    scene().store = await openStore(store);
  });

  async function fail(): Promise<{ progress: Progress; left: string[] }> {
    const handle = await scene().start();
    await assert.rejects(handle.result(), WorkflowFailedError);
    await scene().assertNothingLeft(handle.workflowId);
    const left = await listFiles(join(store, 'runs', handle.workflowId)).catch(() => []);
    const progress = await handle.query(progressQuery);
    return { progress, left: left.map((file) => file.slice(file.indexOf('/') + 1)) };
  }

  it('that a step fills fails the run in words, frees what the step took, and lets the next run pass', async () => {
    await writeFile(scene().file('big'), Buffer.alloc(6e6));
    const { progress, left } = await fail();
    assert.equal(statesOf(progress), 'prep_data done, train failed, register_model waiting');
    assert.equal(progress.failure, `Cannot write the store: ${advice}`);
    assert.deepEqual(left, [
      'prep_data/1/named_outputs/data_X',
      'prep_data/1/named_outputs/data_y',
      'prep_data/1/named_outputs/scaling',
      'prep_data/1/record.json',
      'prep_data/1/user_logs/std_log.txt',
      'report.html',
      'run.json',
    ]);
    await writeFile(scene().file('big'), Buffer.alloc(2e6));
    assert.equal((await (await scene().start()).result()).state, 'completed');
  });

  it('that has no room for a step to begin fails the run in words, with nothing half-written', async () => {
    await writeFile(scene().file('big'), '');
    await (await scene().start()).result();
    const { bavail, bsize } = await statfs(store);
    await writeFile(join(store, 'filler'), Buffer.alloc(bavail * bsize));
    const { progress, left } = await fail();
    assert.equal(statesOf(progress), 'prep_data failed, train waiting, register_model waiting');
    const [, path, rest] = /^Cannot write (\S+): (.*)$/.exec(progress.failure!) ?? [];
    assert.ok(path!.startsWith(join(scene().file('store'), 'work')), progress.failure);
    assert.equal(rest, advice);
    assert.deepEqual(left, []);
  });
});
