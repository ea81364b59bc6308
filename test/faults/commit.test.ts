import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from '../../workflows/messages.ts';
import { around, attemptsOf, useScene, type Scene } from './scene.ts';

const allDone = 'prep_data done 1, train done 1, register_model done 1';
const steps = ['prep_data', 'train', 'register_model'] as const;
const beganTwice = (step: string): string =>
  steps.map((name) => `${name} ${name === step ? 2 : 1}`).join(', ');

describe('kill -9 of the worker between a step’s end and its commit', () => {
  for (const step of steps) {
    describe(`of ${step}`, () => {
      const scene = useScene(around(step, { after: 'if first fault; then kill_worker; fi' }));

      it('has that step run again and no other, and its model registered once', async () => {
        const worker = await scene().startWorker();
        const handle = await scene().start();
        assert.equal(await worker.ended, 'SIGKILL');
        await scene().startWorker();
        assert.equal(attemptsOf(await handle.result()), allDone);
        assert.equal(await scene().begun(handle.workflowId), beganTwice(step));
        assert.deepEqual(await scene().versions(), [1]);
        await scene().assertNothingLeft(handle.workflowId);
      });
    });
  }
});

describe('kill -9 of the worker between a step’s commit and Temporal’s hearing of it', () => {
  for (const step of steps) {
    describe(`of ${step}`, () => {
      const scene = useScene(around(step, { before: 'touch "$project/waits"; wait_for go' }));

      it('runs no step twice', async () => {
        const worker = await scene().startWorker();
        const handle = await scene().start();
        await scene().appears('waits');
        await deaf(scene(), async () => {
          await scene().touch('go');
          await scene().committed(handle, step);
          worker.signal('SIGKILL');
          await worker.ended;
        });
        await scene().startWorker();
        assert.equal(attemptsOf(await handle.result()), allDone);
        assert.equal(await scene().begun(handle.workflowId), beganTwice(''));
        assert.deepEqual(await scene().versions(), [1]);
        const record = await readFile(scene().file('registry/diabetes/1/run.json'), 'utf8');
        assert.equal((JSON.parse(record) as Progress).runId, handle.workflowId);
        await scene().assertNothingLeft(handle.workflowId);
      });
    });
  }
});

/** Does something while the server stands still: it hears of nothing, and answers afterwards. */
async function deaf({ server }: Scene, act: () => Promise<void>): Promise<void> {
  process.kill(server.pid, 'SIGSTOP');
  try {
    await act();
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
}

describe('kill -9 of the worker again and again, at any moment,', () => {
  const pace = 'sleep 0.05';
  const scene = useScene({
    ...around('prep_data', { after: pace }),
    ...around('train', { after: pace }),
    ...around('register_model', { after: pace }),
  });

  it('ends with every step committed once and one model', async function () {
    this.timeout(120_000);
    const handle = await scene().start({ input: { heartbeatTimeout: 1000 } });
    const result = handle.result();
    // From no time at all, in which nothing begins, to enough for whole steps.
    for (let kill = 0; kill < 8; kill++) {
      const worker = await scene().startWorker();
      await Promise.race([result, delay(kill * 200)]);
      worker.signal('SIGKILL');
      await worker.ended;
    }
    await scene().startWorker();
    assert.equal(attemptsOf(await result), allDone);
    this.test!.title += ` (begun: ${await scene().begun(handle.workflowId)})`;
    assert.deepEqual(await scene().versions(), [1]);
    await scene().assertNothingLeft(handle.workflowId);
  });
});
