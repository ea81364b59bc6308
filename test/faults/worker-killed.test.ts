import assert from 'node:assert/strict';
import { WorkflowFailedError } from '@temporalio/client';
import { restartLine } from '../../store/log.ts';
import { progressQuery } from '../../workflows/messages.ts';
import { around, attemptsOf, useScene } from './scene.ts';

const allDone = 'prep_data done 1, train done 1, register_model done 1';
const steps = ['prep_data', 'train', 'register_model'] as const;
const once = (step: string): string => steps.map((name) => `${name} ${name === step ? 2 : 1}`).join(', ');

describe('kill -9 of the worker', () => {
  for (const step of steps) {
    describe(`inside ${step}`, () => {
      const scene = useScene(
        around(step, {
          before: 'first fault && { sleep 600 & echo $! > "$project/orphan"; kill_worker; wait; }',
        }),
      );

      it('has the step running again within 10 s of the next worker, and all others once', async function () {
        const worker = await scene().startWorker();
        const handle = await scene().start({ input: { heartbeatTimeout: 5000 } });
        assert.equal(await worker.ended, 'SIGKILL');
        const killed = Date.now();
        await scene().startWorker();
        const progress = await handle.result();
        const again = (await scene().beginnings(handle.workflowId, step))[1]!.at - killed;
        this.test!.title += ` (measured: ${(again / 1000).toFixed(1)} s; to the end of the run ${((Date.now() - killed) / 1000).toFixed(1)} s)`;
        assert.ok(again < 15_000, `${again} ms`);
        assert.equal(await scene().begun(handle.workflowId), once(step));
        assert.equal(attemptsOf(progress), allDone);
        assert.deepEqual(await scene().versions(), [1]);
        await scene().assertNothingLeft(handle.workflowId);
      });
    });
  }
});

describe('a step that takes its worker with it, each time,', () => {
  const scene = useScene(
    around('train', { before: 'echo "about to burst"; sleep 1.2; kill_worker; sleep 600' }),
  );

  it('fails when as many workers are lost as attempts are allowed, and leaves no process', async function () {
    this.timeout(60_000);
    const handle = await scene().start({ input: { heartbeatTimeout: 1000, maxAttempts: 2 } });
    for (let lost = 0; lost < 2; lost++) {
      const worker = await scene().startWorker();
      assert.equal(await worker.ended, 'SIGKILL');
    }
    await scene().startWorker();
    await assert.rejects(handle.result(), WorkflowFailedError);
    const progress = await handle.query(progressQuery);
    assert.equal(progress.failure, 'train failed: its worker was lost 2 times while it ran');
    const lines = ['about to burst', restartLine, 'about to burst'];
    assert.deepEqual(progress.steps[1]!.failure?.logTail, lines);
    assert.equal(await scene().begun(handle.workflowId), 'prep_data 1, train 2, register_model 0');
    await scene().assertNothingLeft(handle.workflowId);
  });
});
