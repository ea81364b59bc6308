import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runClient } from '../../client/program.ts';
import { renderSweepBlock } from '../../client/sweeps/render.ts';
import { sweepProgressQuery, type SweepProgress } from '../../workflows/sweep-messages.ts';
import { usePipeline } from '../pipeline.ts';
import { quickScripts } from '../project.ts';
import { until } from '../until.ts';
import { fakeIO } from './io.ts';

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

async function run(args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const io = fakeIO({ cwd, env, now: () => new Date() });
  const code = await runClient(args, io);
  return { code, stdout: io.out(), stderr: io.err() };
}

describe('the command sweep', () => {
  const pipeline = usePipeline({
    train: `[ "$2" = 0.9 ] && sleep 600; [ "$2" = 0.7 ] && exit 1; ${quickScripts.train}`,
  });
  const client = (...args: string[]): Promise<Ended> =>
    run(args, pipeline().root, {
      TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
      TEMPORAL_AZUREML_STORE: pipeline().store.root,
      TEMPORAL_AZUREML_REGISTRY: join(pipeline().root, 'registry'),
      TEMPORAL_UI_URL: 'http://ui',
    });
  const sweep = (...args: string[]): Promise<Ended> => client('sweep', '--data', 'rows.csv', ...args);
  const ids = async (...args: string[]): Promise<string[]> =>
    (await client('list', '-o', 'jsonl', ...args)).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ kind, runId, state, metrics }) => `${kind} ${runId} ${state} ${metrics.r2}`);
  const file = (id: string, name: string): string => join(pipeline().store.root, 'sweeps', id, name);

  it('--watch in a pipe says how many trainings there are, each change, and what it came to', async () => {
    const { code, stdout, stderr } = await sweep(
      ...'--test-size 0.1,0.3 --test-size 0.2 --seed 0..1 --max-parallel 3'.split(' '),
      ...'--id sweep-1 --watch --register-best r2'.split(' '),
    );
    assert.deepEqual(
      [code, stderr],
      [
        0,
        '6 trainings (test_size × 3, random_state × 2), 3 at a time\nNext: npm run client -- show sweep-1\n',
      ],
    );
    const lines = stdout.trimEnd().split('\n');
    const changes = lines.filter((line) => /^\d{4}-/.test(line)).map((line) => line.slice(25));
    assert.equal(changes[0], 'sweep-1 running');
    assert.equal(changes.at(-1), 'sweep-1 completed');
    assert.equal(
      changes.at(-2),
      'sweep-1 6 of 6 ended, best r2 0.3, test_size 0.3, random_state 0, sweep-1-3',
    );
    assert.deepEqual(lines.slice(changes.length), [
      '6 trainings: 6 completed',
      'Best r2  0.3  test_size 0.3, random_state 0  sweep-1-3',
      'Model   diabetes version 1  file:///m',
      `Table   ${file('sweep-1', 'results.csv')}`,
      `Figure  ${file('sweep-1', 'figure.png')}`,
      'Temporal  http://ui/namespaces/default/workflows/sweep-1',
    ]);
  });

  it('prints the id alone; progress, watch and show take it', async () => {
    const started = await sweep('--test-size', '0.1,0.7', '--id', 'sweep-2');
    assert.deepEqual([started.code, started.stdout], [0, 'sweep-2\n']);
    const watched = await client('watch', 'sweep-2', '-o', 'json');
    assert.equal(watched.code, 0);
    const result = JSON.parse(watched.stdout);
    assert.deepEqual(
      [result.state, result.counts, result.best],
      [
        'completed',
        { total: 2, waiting: 0, running: 0, completed: 1, failed: 1, cancelled: 0 },
        { runId: 'sweep-2-1', parameters: { test_size: 0.1 }, value: 0.1 },
      ],
    );
    assert.deepEqual(
      result.trainings.map((row: object) => ({ ...row, seconds: 0 })),
      [
        {
          runId: 'sweep-2-1',
          state: 'completed',
          parameters: { test_size: 0.1 },
          metrics: { r2: 0.1 },
          seconds: 0,
          failure: null,
        },
        {
          runId: 'sweep-2-2',
          state: 'failed',
          parameters: { test_size: 0.7 },
          metrics: {},
          seconds: 0,
          failure: 'train failed: exit code 1',
        },
      ],
    );
    assert.equal(
      (await client('progress', 'sweep-2')).stdout,
      'total\t2\nwaiting\t0\nrunning\t0\ncompleted\t1\nfailed\t1\ncancelled\t0\n',
    );
    const { stdout } = await client('show', 'sweep-2');
    const card = stdout.replaceAll(/\d+\.\ds/g, '<time>').split('\n');
    assert.equal(card[0], 'sweep-2   completed   <time>');
    const trainings = card.indexOf('Trainings');
    assert.deepEqual(card.slice(trainings + 1, trainings + 4), [
      '  RUN        STATE      TEST SIZE  R2   TIME',
      '  sweep-2-1  completed  0.1        0.1  <time>',
      '  sweep-2-2  failed     0.7             <time>',
    ]);
    assert.ok(card.includes('  first failure: train failed: exit code 1'), stdout);
  });

  it('is one row of list; list --sweep has its runs', async () => {
    await sweep('--test-size', '0.1,0.2', '--id', 'sweep-3', '--watch');
    await until(async () => (await ids())[0] === 'sweep sweep-3 completed 0.2');
    assert.deepEqual(await ids(), [
      'sweep sweep-3 completed 0.2',
      'sweep sweep-2 completed 0.1',
      'sweep sweep-1 completed 0.3',
    ]);
    const runs = ['run sweep-3-1 completed 0.1', 'run sweep-3-2 completed 0.2'];
    assert.deepEqual((await ids('--sweep', 'sweep-3')).toSorted(), runs);
  });

  it('with the id of a sweep that goes on starts nothing, and of one that has ended is refused', async () => {
    const args = ['--test-size', '0.9,0.8', '--max-parallel', '1', '--id', 'sweep-4'];
    await sweep(...args);
    const again = await sweep(...args, '-o', 'json');
    assert.deepEqual([again.code, JSON.parse(again.stdout).alreadyRunning], [0, true]);
    const taken = await sweep('--test-size', '0.1,0.2', '--id', 'sweep-1');
    assert.deepEqual([taken.code, taken.stdout], [2, '']);
    assert.match(taken.stderr, /error: The id sweep-1 was used by a sweep: completed\.\nGive another --id/);
  });

  it('cancel --wait ends it with all its runs', async () => {
    const handle = pipeline().client.workflow.getHandle('sweep-4');
    await until(async () => (await handle.query<SweepProgress>('progress')).running.length === 1);
    const { code, stdout } = await client('cancel', 'sweep-4', '--wait', '--reason', 'enough');
    assert.equal(code, 0);
    assert.equal(stdout.trimEnd().split('\n').at(-1), 'sweep-4 cancelled');
    assert.equal((await handle.query(sweepProgressQuery)).cancellation?.reason, 'enough');
    const late = await client('cancel', 'sweep-4');
    assert.deepEqual(
      [late.code, late.stderr.split('\n')[0]],
      [1, 'error: Run sweep-4 has ended: cancelled.'],
    );
    assert.equal((await client('watch', 'sweep-4')).code, 3);
  });

  it('what only a run can do is refused', async () => {
    for (const args of [['params'], ['pause'], ['approve'], ['rerun'], ['download']]) {
      const { code, stderr } = await client(...args, 'sweep-1');
      assert.deepEqual(
        { code, stderr },
        {
          code: 2,
          stderr:
            'error: sweep-1 is a sweep, not a run.\n' +
            'npm run client -- list --sweep sweep-1 lists its runs; watch, progress, show and cancel take a sweep.\n',
        },
        args.join(' '),
      );
    }
  });
});

describe('the flags of sweep', () => {
  const refusals: [string, string[], string][] = [
    [
      'nothing that varies',
      ['--test-size', '0.2', '--seed', '3,3'],
      'Nothing varies: no parameter has more than one value.\n' +
        'Give one several, as in npm run client -- sweep --test-size 0.1,0.2 --seed 0..9; for one run there is start.\n',
    ],
    [
      'values out of range, all at once',
      ['--test-size', '0.1,1,x', '--seed', '9..0', '--model-name', '../x'],
      'test_size must be a number above 0 and below 1, not 1. test_size must be a number above 0 and below 1, not "x". ' +
        'random_state has a range that is not of whole numbers from low to high, as 0..9: 9..0. ' +
        'model_name must be 1 to 250 letters, digits, dashes and underscores, starting with a letter or a digit, not "../x".\n' +
        'Correct --test-size, --seed, --model-name; --help describes each.\n',
    ],
    [
      'too many trainings',
      ['--test-size', '0.1,0.2,0.3', '--seed', '0..3999'],
      'test_size × 3, random_state × 4000 makes 12000 trainings; a sweep has at most 10000.\n' +
        'Give fewer values, or start several sweeps one after the other.\n',
    ],
    [
      'a range without end',
      ['--seed', '0..9999999999'],
      'random_state × 10000000000 makes 10000000000 trainings; a sweep has at most 10000.\n' +
        'Give fewer values, or start several sweeps one after the other.\n',
    ],
    [
      'too many at once',
      ['--seed', '0..9', '--max-parallel', '101'],
      '--max-parallel must be a whole number from 1 to 100, not 101.\n',
    ],
    [
      'two metrics',
      ['--seed', '0..9', '--best', 'mse', '--register-best', 'r2'],
      '--best mse and --register-best r2 contradict each other.\nName the metric once: --best mse --register-best\n',
    ],
    [
      'an id that could be a path',
      ['--seed', '0..9', '--id', '../x'],
      '--id must not be "../x".\n' +
        'It is 1 to 120 letters, digits, dots, dashes and underscores, and starts with a letter or a digit.\n',
    ],
  ];
  for (const [what, args, message] of refusals)
    it(`are refused where there is ${what}`, async () => {
      assert.deepEqual(await run(['sweep', ...args], '/project'), {
        code: 2,
        stdout: '',
        stderr: `error: ${message}`,
      });
    });
});

describe('client/sweeps/render', () => {
  it('shows a sweep as a block: state, bar with counts and time left, the best, how to stop it', () => {
    const progress: SweepProgress = {
      sweepId: 'sweep-1',
      executionId: 'e1',
      pipeline: 'training',
      target: 'local',
      state: 'running',
      parameters: {},
      grid: { test_size: [0.1, 0.2, 0.3], random_state: [0, 1] },
      objective: { metric: 'r2', direction: 'max' },
      maxParallel: 2,
      registerBest: false,
      startedBy: 'kim@laptop',
      startedAt: '2026-11-23T08:32:48.000Z',
      count: 6,
      running: [2, 3],
      results: [
        { index: 1, state: 'completed', value: 0.19057346847560075, seconds: 30 },
        { index: 0, state: 'failed', seconds: 31 },
      ],
      best: {
        index: 1,
        state: 'completed',
        value: 0.19057346847560075,
        seconds: 30,
        rerun: { runId: 'sweep-1-2', executionId: 'e2', attempts: {} },
      },
    };
    const view = {
      sweepId: 'sweep-1',
      executionId: 'e1',
      state: 'running',
      progress,
      url: 'http://ui',
    } as const;
    const now = new Date('2026-11-23T08:34:00.000Z');
    assert.deepEqual(
      renderSweepBlock(view, (_, text) => text, now, 100),
      [
        'sweep-1   running   1m 12s',
        '  ██████████░░░░░░░░░░░░░░░░░░░░  2 of 6, 2 running, 1 failed, about 2m 24s left',
        '  best r2 0.19057  test_size 0.1, random_state 1  sweep-1-2',
        'Ctrl-C leaves the sweep going. To stop it: npm run client -- cancel sweep-1',
      ],
    );
  });
});
