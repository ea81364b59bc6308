import assert from 'node:assert/strict';
import { join } from 'node:path';
import { useFolder } from '../../folder.ts';
import { until } from '../../until.ts';
import { useWorker } from '../../worker.ts';
import { runClient as runHere } from '../../../client/program.ts';
import { runClient, type Ended, environmentIn } from '../command.ts';
import { fakeIO } from '../io.ts';

const root = join(import.meta.dirname, '..', '..', '..');

interface Shown {
  state: string;
  cron: string | null;
  timezone: string;
  everySeconds: number | null;
  jitterSeconds: number;
  overlap: string;
  catchupSeconds: number;
  note: string;
  parameters: Record<string, unknown>;
  forceRerun: boolean;
  nextTimes: string[];
  firings: Record<string, number>;
  runs: { runId: string; state: string; dueAt: string }[];
}

describe('schedule', () => {
  const folder = useFolder();
  let env: NodeJS.ProcessEnv;
  /** In this process: there are many, and a process each would take the longest part of the time. */
  async function client(...args: string[]): Promise<Ended> {
    const io = fakeIO({ env, cwd: root, now: () => new Date() });
    const code = await runHere(args, io);
    return { code, stdout: io.out(), stderr: io.err() };
  }
  const schedule = (...args: string[]): Promise<Ended> => client('schedule', ...args);
  const typed = (...args: string[]): Promise<Ended> => runClient(['schedule', ...args], env);
  const show = async (name: string): Promise<Shown> =>
    JSON.parse((await schedule('show', name, '-o', 'json')).stdout) as Shown;
  const name = `nightly-${process.pid}-${Date.now().toString(36)}`;
  const other = `${name}-other`;

  before(() => {
    env = environmentIn(folder());
  });
  after(() => schedule('delete', other, '--yes'));

  it('create prints the name, and says when it fires first', async () => {
    const { code, stdout, stderr } = await typed(
      'create',
      name,
      '--cron',
      '0  6 * * 1-5',
      '--timezone',
      'Asia/Seoul',
      '--test-size',
      '0.3',
    );
    assert.deepEqual([code, stdout], [0, `${name}\n`], stderr);
    assert.match(
      stderr,
      /^first at (Mon|Tue|Wed|Thu|Fri) \d{4}-\d\d-\d\d 06:00 Asia\/Seoul, which is .* here\n/,
    );
    const { nextTimes, ...shown } = await show(name);
    assert.equal(nextTimes.length, 5);
    for (const time of nextTimes) assert.match(time, /T21:00:00\.000Z$/);
    assert.deepEqual(
      [shown.state, shown.cron, shown.timezone, shown.everySeconds, shown.jitterSeconds],
      ['active', '0 6 * * 1-5', 'Asia/Seoul', null, 0],
    );
    assert.deepEqual([shown.overlap, shown.catchupSeconds, shown.forceRerun], ['skip', 600, false]);
    assert.match(shown.note, /^created by .+@.+$/);
    assert.equal(shown.parameters['test_size'], 0.3);
    assert.deepEqual(shown.firings, { started: 0, skipped: 0, missed: 0, dropped: 0, waiting: 0 });
  });

  it('create takes an interval, jitter, policy, catch-up window, note, and can be paused', async () => {
    const { code, stdout } = await schedule(
      'create',
      other,
      '--every',
      '1h',
      '--jitter',
      '5m',
      '--overlap',
      'buffer-one',
      '--catchup',
      '2h',
      '--note',
      'for ann',
      '--force-rerun',
      '--paused',
      '-o',
      'json',
    );
    assert.equal(code, 0);
    const shown = JSON.parse(stdout) as Shown;
    assert.deepEqual(
      [shown.state, shown.cron, shown.everySeconds, shown.jitterSeconds, shown.overlap, shown.catchupSeconds],
      ['paused', null, 3600, 300, 'buffer-one', 7200],
    );
    assert.deepEqual([shown.note, shown.forceRerun], ['for ann', true]);
  });

  it('create refuses a name that is taken, by us or by another project', async () => {
    const again = await schedule('create', name, '--every', '1h');
    assert.deepEqual([again.code, again.stdout], [2, '']);
    assert.equal(
      again.stderr,
      `error: There is a schedule ${name} already.\n` +
        `To change it: npm run client -- schedule update ${name}; to see it: npm run client -- schedule show ${name}\n`,
    );
    const elsewhere = { ...env, TEMPORAL_AZUREML_STORE: join(folder(), 'other-store') };
    const taken = await runClient(['schedule', 'create', name, '--every', '1h'], elsewhere);
    assert.equal(
      taken.stderr,
      `error: The name ${name} is taken on this server by a schedule of ${root}.\n` +
        'Choose another name: it has to be the only one in its namespace.\n',
    );
    const list = await runClient(['schedule', 'list'], elsewhere);
    assert.deepEqual([list.code, list.stdout], [0, '']);
    assert.match(list.stderr, /^No schedules\. Create one: /);
    const shown = await runClient(['schedule', 'show', name], elsewhere);
    assert.equal(shown.code, 2);
    assert.match(
      shown.stderr,
      new RegExp(`^error: There is no schedule ${name} of this project; .*${root}\\.\n`),
    );
  });

  const refusals: [string, string[], RegExp][] = [
    [
      'a cron line',
      ['--cron', '0 25 * * *'],
      /^error: The cron line "0 25 \* \* \*" is wrong: hour "25" must be /,
    ],
    [
      'a time zone',
      ['--cron', '0 6 * * *', '--timezone', 'Seoul'],
      /^error: There is no time zone "Seoul"\.\n/,
    ],
    [
      'a zone by its offset',
      ['--cron', '0 6 * * *', '--timezone', '+09:00'],
      /^error: There is no time zone "\+09:00"/,
    ],
    [
      'a zone for an interval',
      ['--every', '1h', '--timezone', 'UTC'],
      /^error: --timezone has no meaning with --every/,
    ],
    [
      'two times',
      ['--cron', '0 6 * * *', '--every', '1h'],
      /^error: A schedule has --cron or --every, not both\.\n/,
    ],
    ['no time', [], /^error: It is not said when x is to run\.\n/],
    ['half a second', ['--every', '500ms'], /^error: --every must be whole seconds, not 500ms\.\n/],
    [
      'a short window',
      ['--every', '1h', '--catchup', '5s'],
      /^error: --catchup must be 10s or more, not 5s\.\n/,
    ],
    [
      'a policy',
      ['--every', '1h', '--overlap', 'stack'],
      /^error: .*'stack' is invalid\. Allowed choices are skip, /,
    ],
    [
      'a parameter',
      ['--every', '1h', '--test-size', '2'],
      /^error: test_size must be a number above 0 and below 1, not 2\.\n/,
    ],
    [
      'approval without an end',
      ['--every', '1h', '--require-approval'],
      /^error: A run that waits for approval keeps .*\nAdd --approval-timeout 12h, or say with --overlap /,
    ],
    [
      'a retry without an end',
      ['--every', '1h', '--on-failure', 'wait'],
      /^error: A run that waits for a retry keeps .*\nSay with --overlap /,
    ],
  ];
  for (const [what, flags, message] of refusals)
    it(`create refuses ${what} that cannot be, and creates nothing`, async () => {
      const { code, stdout, stderr } = await schedule('create', 'x', ...flags);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
    });

  it('create takes runs that wait for approval with a time-out, or with a policy that is said', async () => {
    for (const flags of [
      ['--approval-timeout', '12h'],
      ['--overlap', 'skip'],
    ]) {
      const { code, stderr } = await schedule(
        'create',
        `${name}-waits`,
        '--every',
        '1h',
        '--require-approval',
        ...flags,
      );
      assert.equal(code, 0, stderr);
      assert.equal((await schedule('delete', `${name}-waits`, '--yes')).code, 0);
    }
  });

  const rows = async (): Promise<string[][]> =>
    (await schedule('list')).stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t'));

  it('list has a row for each, with the next time and the last', async () => {
    await until(async () => (await rows()).length === 2);
    const [first, second] = await rows();
    assert.deepEqual(first!.slice(0, 3), [name, 'active', '0 6 * * 1-5 Asia/Seoul']);
    assert.match(first![3]!, /T21:00:00\.000Z$/);
    assert.deepEqual([second!.slice(0, 3), second![4]], [[other, 'paused', 'every 1h 00m'], '']);
  });

  it('update changes what is given and keeps the rest', async () => {
    const before = await show(name);
    assert.equal((await schedule('update', name, '--timezone', 'Europe/Berlin', '--seed', '7')).code, 0);
    assert.equal((await schedule('update', name, '--overlap', 'buffer-all', '--note', 'for kim')).code, 0);
    const after = await show(name);
    assert.deepEqual(
      [after.cron, after.timezone, after.overlap, after.note, after.catchupSeconds],
      ['0 6 * * 1-5', 'Europe/Berlin', 'buffer-all', 'for kim', 600],
    );
    assert.deepEqual(after.parameters, { ...before.parameters, random_state: 7 });
    assert.equal(
      (await schedule('update', other, '--cron', '*/5 * * * *', '--no-force-rerun', '--jitter', 'none')).code,
      0,
    );
    const turned = await show(other);
    assert.deepEqual(
      [
        turned.state,
        turned.cron,
        turned.everySeconds,
        turned.jitterSeconds,
        turned.forceRerun,
        turned.overlap,
      ],
      ['paused', '*/5 * * * *', null, 0, false, 'buffer-one'],
    );
    assert.equal(
      (await schedule('update', name)).stderr.split('\n')[0],
      'error: Nothing is given to change.',
    );
    const waits = await schedule('update', name, '--require-approval');
    assert.equal(waits.code, 2);
    assert.match(waits.stderr, /^error: A run that waits for approval keeps /);
  });

  it('pause and resume say who and why', async () => {
    const paused = await schedule('pause', name, '--reason', 'data is late');
    assert.deepEqual([paused.code, paused.stdout], [0, `${name} paused\n`]);
    const shown = await show(name);
    assert.equal(shown.state, 'paused');
    assert.match(shown.note, /^paused by .+@.+: data is late$/);
    const resumed = await schedule('resume', name, '-o', 'jsonl');
    assert.deepEqual(JSON.parse(resumed.stdout), { name, state: 'active' });
    assert.match((await show(name)).note, /^resumed by .+@[^:]+$/);
  });

  it('trigger without a worker says so, and is accepted', async () => {
    const { code, stdout, stderr } = await schedule('trigger', other);
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(
      stderr,
      new RegExp(`^${other}-.* waits: no worker .* queue temporal-azureml.*; start one: npm run worker\n`),
    );
    const busy = await schedule('trigger', other, '--overlap', 'skip', '-o', 'json');
    assert.deepEqual([busy.code, busy.stdout], [1, '']);
    assert.equal((JSON.parse(busy.stderr) as { code: string }).code, 'SCHEDULE_BUSY');
    const later = await schedule('trigger', other, '--overlap', 'buffer-one');
    assert.deepEqual([later.code, later.stdout], [0, '']);
    assert.match(later.stderr, /^It starts when the run of this schedule that is going on has ended\.\n/);
  });

  it('a schedule that is not there is said, by each command', async () => {
    for (const command of ['show', 'pause', 'resume', 'trigger', 'update', 'delete']) {
      const flags = { update: ['--every', '1h'], delete: ['--yes'] }[command] ?? [];
      const { code, stderr } = await schedule(command, 'nope', ...flags);
      assert.deepEqual(
        [code, stderr.split('\n')[0]],
        [2, 'error: There is no schedule nope in namespace default.'],
        command,
      );
    }
  });

  describe('with a worker', () => {
    useWorker(root, () => env);

    let runId: string;

    it('trigger prints the run id, and with --watch follows the run to its end', async () => {
      const { code, stdout } = await schedule('trigger', name);
      assert.equal(code, 0);
      runId = stdout.trim();
      assert.match(runId, new RegExp(`^${name}-\\d{8}-\\d{6}$`));
      const watched = await typed('trigger', name, '--overlap', 'buffer-all', '-w');
      assert.equal(watched.code, 0, watched.stderr);
    });

    it('trigger says why no run was started', async () => {
      const broken = `${name}-broken`;
      const data = join(folder(), 'none.csv');
      const created = await schedule('create', broken, '--every', '1h', '--paused', '--data', 'none.csv');
      assert.ok(
        created.stderr.endsWith(`There is no data file ${data} yet; a firing that finds none fails.\n`),
      );
      const { code, stdout, stderr } = await schedule('trigger', broken);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, new RegExp(`^error: There is no data file ${data}\\.`));
      const [firing] = (await show(broken)).runs;
      assert.deepEqual([firing!.runId, firing!.state], [null, 'failed']);
      await schedule('delete', broken, '--yes');
    });

    it('backfill prints the times it makes up for', async () => {
      const { code, stdout } = await schedule(
        'backfill',
        name,
        '--from',
        '2026-11-20T06:00+01:00',
        '--to',
        '2026-11-23T05:00:00Z',
      );
      assert.deepEqual([code, stdout], [0, '2026-11-20T05:00:00.000Z\n2026-11-23T05:00:00.000Z\n']);
      const none = await schedule(
        'backfill',
        name,
        '--from',
        '2026-11-21T00:00:00Z',
        '--to',
        '2026-11-22T00:00:00Z',
      );
      assert.equal(none.stderr, `${name} has no time in that span; nothing was started.\n`);
    });

    const impossible: [string, string, string, RegExp][] = [
      [
        'a time without a zone',
        '2026-11-20T06:00:00',
        '2026-11-21T06:00:00Z',
        /^error: --from must be a time with its zone/,
      ],
      [
        'an end before its start',
        '2026-11-22T06:00:00Z',
        '2026-11-21T06:00:00Z',
        /^error: --from .* is not before --to /,
      ],
      ['the future', '2026-11-20T06:00:00Z', '2126-11-21T06:00:00Z', /^error: --to .* has not been yet/],
      [
        'a year without --yes',
        '2025-11-20T06:00:00Z',
        '2026-11-20T06:00:00Z',
        /^error: This starts 2\d\d runs of .* needs --yes\.\n/,
      ],
    ];
    for (const [what, from, to, message] of impossible)
      it(`backfill refuses ${what}`, async () => {
        const { code, stdout, stderr } = await schedule('backfill', name, '--from', from, '--to', to);
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(stderr, message);
      });

    it('show has the runs with their states, and list has them as it has all others', async () => {
      const completed = async (): Promise<number> =>
        (await show(name)).runs.filter(({ state }) => state === 'completed').length;
      for (const count of [2, 3, 4]) await until(async () => (await completed()) >= count);
      const { runs, firings } = await show(name);
      assert.deepEqual(runs.map((run) => run.runId).slice(0, 2), [
        `${name}-20261123-050000`,
        `${name}-20261120-050000`,
      ]);
      assert.equal(runs.at(-1)!.runId, runId);
      assert.equal(runs[0]!.dueAt, '2026-11-23T05:00:00.000Z');
      assert.deepEqual([firings['started'], firings['skipped']], [4, 0]);
      const text = (await schedule('show', name)).stdout;
      assert.match(text, new RegExp(`^${name} {3}active {3}0 6 \\* \\* 1-5 Europe/Berlin\n`));
      assert.match(
        text,
        /\nNext\n( {2}\w{3} \d{4}-\d\d-\d\d 06:00 Europe\/Berlin.*\n){5}\nFirings {3}4 started, 0 skipped\n/,
      );
      const listed = (await client('list')).stdout.split('\n').map((line) => line.split('\t')[0]!);
      for (const run of runs) assert.ok(listed.includes(run.runId), run.runId);
      assert.deepEqual(
        listed.filter((id) => id.includes(':')),
        [],
      );
    });

    it('delete needs --yes in a pipe, and leaves what it has started', async () => {
      const asked = await typed('delete', name);
      assert.deepEqual([asked.code, asked.stdout], [2, '']);
      assert.equal(
        asked.stderr,
        `error: Deleting schedule ${name} needs --yes.\nTo stop it for a while: npm run client -- schedule pause ${name}\n`,
      );
      const deleted = await schedule('delete', name, '--yes');
      assert.deepEqual([deleted.code, deleted.stdout], [0, `${name} deleted\n`]);
      assert.equal((await client('show', runId)).code, 0);
    });
  });
});
