import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { WorkflowFailedError } from '@temporalio/client';
import { join } from 'node:path';
import { attemptPath } from '../../store/attempt.ts';
import { progressQuery, type StepFailure } from '../../workflows/messages.ts';
import { isAlive } from '../targets/workplace.ts';
import { around, attemptsOf, useScene, type Scene } from './scene.ts';

/** What train does, how often that is tried, and what is said of it in the end. */
const failures: [string, string, number, Partial<StepFailure>][] = [
  [
    'exits 1',
    'echo "ValueError: no rows"; exit 1',
    1,
    {
      message: 'train failed: exit code 1: ValueError: no rows',
      exitCode: 1,
      logTail: ['ValueError: no rows'],
    },
  ],
  [
    'exits 75',
    'echo "no licence free"; exit 75',
    2,
    { message: 'train failed: exit code 75: no licence free', exitCode: 75, logTail: ['no licence free'] },
  ],
  [
    'is killed by kill -9',
    'echo working; kill -9 $$',
    2,
    { message: 'train failed: killed by SIGKILL: working', signal: 'SIGKILL', logTail: ['working'] },
  ],
];

async function fail(scene: Scene): Promise<{ id: string; attempts: string; failure: StepFailure }> {
  await scene.startWorker();
  const handle = await scene.start({ input: { maxAttempts: 2 } });
  await assert.rejects(handle.result(), WorkflowFailedError);
  const progress = await handle.query(progressQuery);
  const failure = progress.steps[1]!.failure!;
  assert.equal(progress.state, 'failed');
  assert.equal(progress.failure, failure.message);
  await scene.assertNothingLeft(handle.workflowId);
  assert.deepEqual(await scene.versions(), []);
  return { id: handle.workflowId, attempts: attemptsOf(progress), failure };
}

describe('a step that', () => {
  for (const [words, script, attempts, expected] of failures)
    describe(words, () => {
      const scene = useScene({ train: script });

      it(`is tried ${attempts === 1 ? 'once' : 'as often as was asked for'}, and its last words are told`, async () => {
        const { id, attempts: ended, failure } = await fail(scene());
        assert.equal(ended, `prep_data done 1, train failed ${attempts}, register_model waiting 0`);
        assert.deepEqual(failure, expected);
        assert.equal(await scene().begun(id), `prep_data 1, train ${attempts}, register_model 0`);
      });
    });

  describe('runs out of memory', () => {
    const scene = useScene({
      train: `node --max-old-space-size=20 -e 'for (const all = [];;) all.push([all.length])'; exit $?`,
    });

    it('is tried again, and told to have done so', async () => {
      const { attempts, failure } = await fail(scene());
      assert.equal(attempts, 'prep_data done 1, train failed 2, register_model waiting 0');
      assert.match(failure.message, /^train failed: killed by SIGABRT, out of memory/);
      assert.equal(failure.outOfMemory, true);
    });
  });

  for (const [words, start] of [
    ['forks a child that outlives it', 'sleep 600 &'],
    ['forks a child that ignores TERM', `bash -c 'trap "" TERM; while :; do sleep 1; done' &`],
    ['calls setsid', 'setsid sleep 600 &'],
  ] as const)
    describe(words, () => {
      const scene = useScene(around('train', { before: `${start} echo $! > "$project/child"` }));

      it('is done all the same, with no process left', async () => {
        await scene().startWorker();
        const handle = await scene().start();
        assert.equal(
          attemptsOf(await handle.result()),
          'prep_data done 1, train done 1, register_model done 1',
        );
        const child = Number(await readFile(scene().file('child'), 'utf8'));
        assert.equal(isAlive(child), false);
        await scene().assertNothingLeft(handle.workflowId);
      });
    });

  describe('prints 1 GB', () => {
    const size = 1_000_000_000;
    const scene = useScene(
      around('train', {
        before: `if [ -e "$project/loud" ]; then yes "a line of a hundred characters" | head -c ${size}; fi`,
      }),
    );

    it('costs the worker no memory', async function () {
      const worker = await scene().startWorker();
      await (await scene().start()).result();
      await scene().touch('loud');
      const before = await peakOf(worker.pid);
      const handle = await scene().start();
      await handle.result();
      const grown = (await peakOf(worker.pid)) - before;
      const { workflowId: runId, firstExecutionRunId: executionId } = handle;
      const folder = attemptPath({ runId, executionId, step: 'train', attempt: 1 });
      const log = await stat(join(scene().store.root, folder, 'user_logs', 'std_log.txt'));
      assert.equal(log.size, size);
      this.test!.title += ` (${grown.toFixed(1)} MiB)`;
      assert.ok(grown < 30, `${grown} MiB`);
      await scene().assertNothingLeft(runId);
    });
  });
});

/** The most memory a process has held so far, in MiB. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) / 1024;
}
