import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { localTarget } from '../../targets/local.ts';
import { isAlive, openWorkplace, until } from './workplace.ts';
import type { Workplace } from './workplace.ts';

const never = new AbortController().signal;

/** Commands that leave a process of their own behind, whose pid is then in left.pid. */
const deserters = {
  'a child in the background': `bash -c 'echo $$ > left.pid; exec sleep 60' &`,
  'a child that ignores TERM': `bash -c 'trap "" TERM; echo $$ > left.pid; while :; do sleep 1; done' &`,
  'a child in a session of its own': `setsid bash -c 'echo $$ > left.pid; exec sleep 60' &`,
  'a daemon that forked twice': `(setsid bash -c 'bash -c "echo \\$\\$ > left.pid; exec sleep 60" & exit' &);`,
  'a child without an environment': `env -i PATH="$PATH" bash -c 'echo $$ > left.pid; exec sleep 60' &`,
};
const untilItIsThere = 'until [ -s left.pid ]; do sleep 0.01; done';

describe('the local target', function () {
  this.timeout(20_000);
  let place: Workplace;
  beforeEach(() => {
    place = openWorkplace();
  });
  afterEach(() => place.remove());

  describe('says how a command ended', () => {
    const ends: [string, object][] = [
      ['exit 0', { exitCode: 0, signal: undefined, outOfMemory: false, leftovers: 0 }],
      ['exit 1', { exitCode: 1, signal: undefined, outOfMemory: false, leftovers: 0 }],
      ['exit 75', { exitCode: 75, signal: undefined, outOfMemory: false, leftovers: 0 }],
      ['kill -KILL $$', { exitCode: undefined, signal: 'SIGKILL', outOfMemory: false, leftovers: 0 }],
      [
        `bash -c 'kill -SEGV $$'; exit $?`,
        { exitCode: undefined, signal: 'SIGSEGV', outOfMemory: false, leftovers: 0 },
      ],
      [
        `node --max-old-space-size=16 -e 'for (const a = [];;) a.push([a.length])'; exit $?`,
        { exitCode: undefined, signal: 'SIGABRT', outOfMemory: true, leftovers: 0 },
      ],
    ];
    for (const [line, expected] of ends) {
      it(line, async () => {
        const { seconds, ...ended } = await place.run(line);
        assert.deepEqual(ended, expected);
        assert.ok(seconds > 0 && seconds < 10, `${seconds} s`);
      });
    }

    it('with the time the command itself took, not what it left behind', async () => {
      const { seconds, leftovers } = await place.run(
        `sleep 0.2; ${deserters['a child that ignores TERM']} exit 0`,
      );
      assert.equal(leftovers > 0, true);
      assert.ok(seconds >= 0.2 && seconds < 0.6, `${seconds} s`);
    });
  });

  it('keeps stdout and stderr in the order they were written, after what the log held before', async () => {
    await place.run('echo one; echo two >&2; echo three');
    await place.run('echo four >&2; echo five; cat');
    assert.equal(place.read('std_log.txt'), 'one\ntwo\nthree\nfour\nfive\n');
  });

  it('gives the command its folder, its variables and its token', async () => {
    const command = place.command('echo "$PWD $GIVEN $TEMPORAL_AZUREML_ATTEMPT"', { env: { GIVEN: 'a  b' } });
    await localTarget().run(command, never);
    assert.equal(place.read('std_log.txt'), `${place.folder} a  b ${command.token}\n`);
  });

  it('logs 200 MB without holding them', async () => {
    const before = process.memoryUsage().rss;
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
    await place.run('head -c 200000000 /dev/zero').finally(() => clearInterval(watch));
    assert.equal(statSync(place.logFile).size, 200_000_000);
    assert.ok(peak - before < 20e6, `${Math.round((peak - before) / 1e6)} MB more`);
  });

  it('runs fifty commands at once', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `exit ${index}`);
    const ends = await Promise.all(lines.map((line) => place.run(line)));
    assert.deepEqual(
      ends.map((end) => [end.exitCode, end.leftovers]),
      lines.map((_, index) => [index, 0]),
    );
  });

  describe('ends what a command that has ended left behind, and counts it:', () => {
    for (const [name, line] of Object.entries(deserters)) {
      it(name, async () => {
        const { exitCode, leftovers } = await place.run(`${line} ${untilItIsThere}; exit 3`);
        const [pid = 0] = await place.pids('left.pid');
        assert.equal(isAlive(pid), false);
        assert.equal(exitCode, 3);
        // The loop that ignores TERM may be seen with the sleep it waits for.
        assert.ok(leftovers >= 1 && leftovers <= 3, `${leftovers} leftovers`);
      });
    }

    it('but not what ends by itself in a moment', async () => {
      const { leftovers } = await place.run(`(sleep 0.1; echo flushed) & exit 0`);
      assert.equal(leftovers, 0);
      assert.equal(place.read('std_log.txt'), 'flushed\n');
    });

    it('and nothing of another step', async () => {
      const other = place.run(`echo $$ > other.pid; until [ -e go ]; do sleep 0.01; done`);
      const [pid = 0] = await place.pids('other.pid');
      await place.run(`${deserters['a child in a session of its own']} ${untilItIsThere}`);
      assert.equal(isAlive(pid), true);
      await place.run('touch go');
      assert.equal((await other).exitCode, 0);
    });
  });

  describe('cancelled, ends everything before it says so:', () => {
    for (const [name, line] of Object.entries(deserters)) {
      it(name, async () => {
        const { reason, seconds } = await place.cancelWhenReady(
          `echo $$ > main.pid; ${line} ${untilItIsThere}; echo > ready; wait; sleep 60`,
        );
        const pids = await place.pids('main.pid', 'left.pid');
        assert.deepEqual(pids.map(isAlive), [false, false]);
        assert.equal(String(reason), 'Error: cancelled by a test');
        assert.ok(seconds < 2, `${seconds} s`);
      });
    }

    it('a child that left both its session and its environment, while its parent lives', async () => {
      const line = `env -i PATH="$PATH" setsid bash -c 'echo $$ > left.pid; exec sleep 60' &`;
      await place.cancelWhenReady(`${line} ${untilItIsThere}; echo > ready; wait`);
      assert.deepEqual((await place.pids('left.pid')).map(isAlive), [false]);
    });

    it('a command that cleans up on TERM, which has its time for it', async () => {
      await place.cancelWhenReady(
        `trap 'sleep 0.1; echo cleaned; exit 0' TERM; echo > ready; while :; do sleep 0.01; done`,
        5000,
      );
      assert.equal(place.read('std_log.txt').trim().split('\n').at(-1), 'cleaned');
    });

    it('a stopped command', async () => {
      const { seconds } = await place.cancelWhenReady(`echo $$ > main.pid; echo > ready; kill -STOP $$`);
      assert.deepEqual((await place.pids('main.pid')).map(isAlive), [false]);
      assert.ok(seconds < 2, `${seconds} s`);
    });

    it('a command that ignores TERM, with the usual grace, within 10 s', async () => {
      const line = `trap '' TERM; echo $$ > main.pid; echo > ready; while :; do sleep 1; done`;
      const { seconds } = await place.cancelWhenReady(line, 5000);
      assert.deepEqual((await place.pids('main.pid')).map(isAlive), [false]);
      assert.ok(seconds > 4.9 && seconds < 10, `${seconds} s`);
    });
  });

  describe('cancelled early', () => {
    it('starts nothing when it was cancelled before', async () => {
      const run = localTarget().run(
        place.command('touch started'),
        AbortSignal.abort(new Error('too early')),
      );
      await assert.rejects(run, { message: 'too early' });
      assert.throws(() => statSync(join(place.folder, 'started')), { code: 'ENOENT' });
    });

    it('leaves nothing alive, whenever the cancellation comes', async () => {
      const reasons = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          const abort = new AbortController();
          const command = place.command(`echo $$ >> all.pids; setsid sleep 60 & sleep 60`);
          const run = localTarget().run(command, abort.signal);
          // From the same tick on, through opening the log and spawning, to some milliseconds later.
          for (let turn = 0; turn < index; turn += 1) await new Promise(setImmediate);
          abort.abort(new Error('cancelled by a test'));
          const reason = await run.catch(String);
          return [reason, await localTarget().end(command.token)];
        }),
      );
      assert.deepEqual(
        reasons,
        reasons.map(() => ['Error: cancelled by a test', 0]),
      );
    });

    it('resolves or rejects, and never hangs, when the cancellation meets the end', async () => {
      const ends = await Promise.all(
        Array.from({ length: 40 }, (_, index) => {
          const run = localTarget().run(place.command('exit 0'), AbortSignal.timeout(index));
          return run.then(
            ({ exitCode }) => exitCode,
            (error: Error) => error.name,
          );
        }),
      );
      assert.deepEqual(
        ends.filter((end) => end !== 0 && end !== 'TimeoutError'),
        [],
      );
    });
  });

  describe('end', () => {
    it('finds nothing of a token nobody carries', async () => {
      assert.equal(await localTarget().end('nobody'), 0);
    });

    it('ends what a killed worker left running, which went on writing its log', async () => {
      const command = place.command(
        `${deserters['a daemon that forked twice']} ${untilItIsThere}; echo $$ > main.pid; until [ -e go ]; do sleep 0.01; done; echo on; echo > ready; exec sleep 60`,
      );
      const program = `import { localTarget } from ${JSON.stringify(join(import.meta.dirname, '../../targets/local.ts'))};
        await localTarget().run(${JSON.stringify(command)}, new AbortController().signal);`;
      const worker = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
      const pids = await place.pids('main.pid', 'left.pid');
      worker.kill('SIGKILL');
      await once(worker, 'exit');
      await place.run('touch go', { logFile: '/dev/null' });
      await until(() => place.read('ready') !== '');
      assert.deepEqual(pids.map(isAlive), [true, true]);
      assert.equal(place.read('std_log.txt'), 'on\n');
      // The command, which has become its sleep, and the daemon.
      assert.equal(await localTarget().end(command.token), 2);
      assert.deepEqual(pids.map(isAlive), [false, false]);
    });

    it('takes the exact token, or what continues it behind a ~', async () => {
      const command = place.command('echo $$ > main.pid; sleep 60 & wait', { token: `${process.pid}~10~x` });
      const run = localTarget().run(command, never);
      await place.pids('main.pid');
      assert.equal(await localTarget().end(command.token.slice(0, -1)), 0);
      assert.equal(await localTarget().end(`${command.token}0`), 0);
      assert.equal(await localTarget().end(`${process.pid}~1`), 0);
      assert.equal(await localTarget().end(`${process.pid}~10`), 2);
      assert.equal((await run).signal, 'SIGTERM');
    });
  });

  describe('says why a command was not started:', () => {
    const refusals: [string, (place: Workplace) => object, (place: Workplace) => object][] = [
      [
        'no folder',
        () => ({ cwd: '/no/such/folder' }),
        () => ({
          message: 'The step was not started: its folder /no/such/folder is not there.',
          hint: 'Start the run again: its copy is made anew.',
        }),
      ],
      [
        'no bash',
        () => ({ env: { PATH: '/no/such/folder' } }),
        () => ({
          message: 'The step was not started: there is no bash on its PATH.',
          hint: 'Install bash, or correct PATH.',
        }),
      ],
      [
        'no log',
        ({ folder }) => ({ logFile: join(folder, 'no/such/log') }),
        ({ folder }) => ({
          message: `The step was not started: its log ${join(folder, 'no/such/log')} cannot be opened.`,
          hint: 'Make room there, or make it writable.',
        }),
      ],
      [
        'a command line that is too long',
        () => ({ command: `: ${'x'.repeat(200 * 1024)}` }),
        () => ({
          message:
            'The step was not started: its command line (201 KiB) and environment are longer than the system takes.',
          hint: 'Put the command into a script in the code folder.',
        }),
      ],
    ];
    for (const [name, changes, expected] of refusals) {
      it(name, async () => {
        await assert.rejects(place.run('true', changes(place)), {
          code: 'STEP_NOT_STARTED',
          ...expected(place),
        });
      });
    }
  });
});
