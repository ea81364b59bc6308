import assert from 'node:assert/strict';
import { until } from '../until.ts';
import { around, attemptsOf, useScene } from './scene.ts';

const allDone = 'prep_data done 1, train done 1, register_model done 1';

describe('TERM to the worker alone, in the middle of train,', () => {
  const scene = useScene(
    around('train', { before: 'sleep 600 & touch "$project/waits.$run"; wait_for "go.$run"' }),
  );

  it('lets the step end, takes no more, and leaves the rest of the run to the next worker', async () => {
    const worker = await scene().startWorker();
    const handle = await scene().start();
    await scene().appears(`waits.${handle.workflowId}`);
    worker.signal('SIGTERM');
    await until(() => worker.said().includes('worker stopping'));
    await scene().touch(`go.${handle.workflowId}`);
    assert.equal(await worker.ended, 0);
    await scene().assertNothingLeft(handle.workflowId);
    await scene().startWorker();
    assert.equal(attemptsOf(await handle.result()), allDone);
    assert.equal(await scene().begun(handle.workflowId), 'prep_data 1, train 1, register_model 1');
    assert.deepEqual(await scene().versions(), [1]);
  });

  for (const [words, drain, signals] of [
    ['ends the step when the time to drain is over', '1', 1],
    ['sent twice, ends the step at once', '60', 2],
  ] as const)
    it(`${words}, and the next worker runs it again`, async function () {
      const worker = await scene().startWorker({ TEMPORAL_AZUREML_DRAIN: drain });
      const handle = await scene().start();
      await scene().appears(`waits.${handle.workflowId}`);
      const began = Date.now();
      worker.signal('SIGTERM');
      await until(() => worker.said().includes('worker stopping'));
      if (signals === 2) worker.signal('SIGTERM');
      assert.equal(await worker.ended, 0);
      const took = Date.now() - began;
      await scene().assertNothingLeft(handle.workflowId);
      await scene().touch(`go.${handle.workflowId}`);
      await scene().startWorker();
      const progress = await handle.result();
      this.test!.title += ` (measured: gone after ${(took / 1000).toFixed(1)} s)`;
      assert.ok(took < 5000, `${took} ms`);
      assert.equal(attemptsOf(progress), allDone);
      assert.equal(await scene().begun(handle.workflowId), 'prep_data 1, train 2, register_model 1');
    });
});
