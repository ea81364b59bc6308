import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { holdTrash } from '../../store/trash.ts';
import { writeJson } from '../../store/file.ts';
import { keptLogsPath } from '../../store/log.ts';
import { sweepFolder } from '../../store/sweep.ts';
import { usePipeline } from '../pipeline.ts';
import type { TrainingHandle } from '../project.ts';
import { age, listStore } from '../store/aging.ts';
import { until } from '../until.ts';
import { runClient, type Ended } from './command.ts';

const day = 86_400_000;

const named = (id: string): string => `${id}-${process.pid}`;

describe('clean', () => {
  // A run of the model `waiting` waits in train for the file `go`, and says so with `started`.
  const pipeline = usePipeline({
    train:
      'if [ "$6" = waiting ]; then touch ../../../../started; until [ -e ../../../../go ]; do sleep 0.05; done; fi; ' +
      'echo "{\\"r2\\": $2}" > outputs/metrics.json; echo model > "$1/model.json"',
  });
  const clean = (...args: string[]): Promise<Ended> =>
    runClient(['clean', ...args], {
      TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
      TEMPORAL_CONFIG_FILE: process.env['TEMPORAL_CONFIG_FILE'],
      TEMPORAL_AZUREML_STORE: pipeline().store.root,
    });
  const run = async (id: string, features: string, model = 'diabetes'): Promise<TrainingHandle> =>
    pipeline().start({ id: named(id), parameters: { features, model_name: model } });

  it('removes what nobody refers to, and nothing that an open run or a younger one needs', async () => {
    const { store, root } = pipeline();
    await (await run('shared', 'bmi')).result();
    const open = await run('open', 'bmi', 'waiting');
    await until(() => existsSync(join(root, 'started')));
    await writeFile(join(root, 'steps', 'more.txt'), 'a snapshot of its own\n');
    await writeFile(join(root, 'rows.csv'), 'bmi,target\n3,4\n');
    await (await run('old', 'bmi')).result();
    await rm(join(root, 'steps', 'more.txt'));
    await writeFile(join(root, 'rows.csv'), 'bmi,target\n1,2\n');
    await age(store, 40 * day);
    await (await run('young', 'bmi')).result();
    const before = await listStore(store);

    const dry = await clean('--older-than', '30d', '--dry-run');
    assert.equal(dry.code, 0);
    assert.match(dry.stderr, /^\d+\.\d kB would be removed; nothing was\.\n$/);
    assert.deepEqual(
      dry.stdout.split('\n').map((line) => line.replace(/\t\d+$/, '')),
      [
        'attempts\t3',
        'logs\t0',
        'run records\t0',
        'sweeps\t0',
        'snapshots\t1',
        'data files\t1',
        'reuse entries\t1',
        '',
      ],
    );
    assert.deepEqual(await listStore(store), before);

    const { code, stdout } = await clean('--older-than', '30d', '--yes');
    assert.deepEqual([code, stdout], [0, dry.stdout]);
    const after = await listStore(store);
    const gone = before
      .filter((path) => !after.includes(path))
      .map((path) => path.replace(/[0-9a-f]{64}/, '…'));
    assert.deepEqual(gone, [
      'data/…/rows.csv',
      'reuse/….json',
      `runs/${named('old')}/prep_data/1`,
      `runs/${named('old')}/register_model/1`,
      `runs/${named('old')}/train/1`,
      'snapshots/…',
    ]);
    assert.deepEqual(
      after.filter((path) => !before.includes(path)),
      [],
    );

    await writeFile(join(root, 'go'), '');
    assert.equal((await open.result()).state, 'completed');
    const nothing = await clean('--older-than', '30d', '--yes', '-o', 'jsonl');
    assert.deepEqual(
      nothing.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { count: number }).count),
      // Of the run whose prep_data was reused the open run had named the rest, too.
      [2, 0, 0, 0, 0, 0, 0],
    );
  });

  it('keeps the record of a run that registered a model, and with --records removes the others', async () => {
    const { store, writeScripts } = pipeline();
    await writeScripts({ train: 'exit 1' });
    const failed = await run('failed', 'bp');
    await failed.result().catch(() => undefined);
    const { workflowId: runId, firstExecutionRunId: executionId } = failed;
    const kept = join(store.root, keptLogsPath({ runId, executionId, step: 'train', attempt: 1 }));
    await mkdir(kept, { recursive: true });
    await writeFile(join(kept, '1-a.txt'), 'cut short\n');
    await writeJson(join(sweepFolder(store, 'grid'), 'sweep.json'), {
      sweepId: 'grid',
      finishedAt: '2020-01-01T00:00:00.000Z',
    });
    await age(store, 40 * day);
    const { code, stdout } = await clean('--older-than', '30d', '--yes', '--records', '-o', 'json');
    assert.equal(code, 0);
    const { removed } = JSON.parse(stdout) as { removed: { kind: string; count: number }[] };
    const counts = Object.fromEntries(removed.map(({ kind, count }) => [kind, count]));
    assert.deepEqual([counts['logs'], counts['run records'], counts['sweeps']], [1, 1, 1]);
    assert.ok(!existsSync(sweepFolder(store, 'grid')));
    const left = (await listStore(store)).filter((path) => path.startsWith('runs/'));
    assert.deepEqual(
      left,
      ['old', 'open', 'shared', 'young'].flatMap((id) => [
        `runs/${named(id)}/report.html`,
        `runs/${named(id)}/run.json`,
      ]),
    );
  });

  it('leaves runs of which nobody knows whether they ended, unless --lost', async () => {
    const { store } = pipeline();
    const lost = join(store.root, 'runs', 'lost', randomUUID(), 'train', '1');
    await mkdir(lost, { recursive: true });
    await writeFile(join(lost, 'record.json'), JSON.stringify({ finishedAt: '2020-01-01T00:00:00.000Z' }));
    await age(store, 40 * day);
    const { code, stderr } = await clean('--older-than', '30d', '--yes');
    assert.equal(code, 0);
    assert.match(stderr, /^1 runs have left no record and are not known to Temporal at /);
    assert.ok(existsSync(lost));
    assert.equal((await clean('--older-than', '30d', '--yes', '--lost')).code, 0);
    assert.ok(!existsSync(join(store.root, 'runs', 'lost')));
  });

  it('refuses without --yes in a pipe, without a server, and beside another clean', async () => {
    const { store } = pipeline();
    const piped = await clean('--older-than', '30d');
    assert.deepEqual(piped, {
      code: 2,
      stdout: '',
      stderr:
        'error: clean removes files and needs --yes where nobody can be asked.\n' +
        'See first what would go: npm run client -- clean --older-than 30d --dry-run\n',
    });
    const away = await runClient(['clean', '--older-than', '30d', '--yes'], {
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      TEMPORAL_AZUREML_STORE: store.root,
    });
    assert.deepEqual([away.code, away.stdout], [5, '']);
    assert.match(away.stderr, /\nNothing was removed: only Temporal knows which runs are open\./);
    await holdTrash(store, async () => {
      const second = await clean('--older-than', '30d', '--yes');
      assert.equal(second.code, 1);
      assert.match(second.stderr, /^error: The store .* is being cleaned\.\n/);
    });
  });
});
