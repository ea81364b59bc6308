import assert from 'node:assert/strict';
import { WorkflowFailedError } from '@temporalio/client';
import { cancelRunSignal, progressQuery } from '../../workflows/messages.ts';
import type { TrainingHandle } from '../project.ts';
import { until } from '../until.ts';
import { statesOf, useScene, type Scene } from './scene.ts';

const cancelled = 'prep_data done, train cancelled, register_model waiting';

/** Starts a run and waits until its train is in the middle of it. */
async function startTrain(scene: Scene): Promise<TrainingHandle> {
  const handle = await scene.start();
  await scene.appears('waits');
  return handle;
}

async function assertCancelled(scene: Scene, handle: TrainingHandle): Promise<void> {
  await assert.rejects(handle.result(), WorkflowFailedError);
  assert.equal((await handle.describe()).status.name, 'CANCELLED');
  // As soon as the run says so, not a moment later.
  await scene.assertNothingLeft(handle.workflowId);
}

describe('a step that hangs', () => {
  for (const [kind, hang, limit] of [
    ['with children', 'sleep 600 & setsid sleep 600 & touch "$project/waits"; wait', 2000],
    [
      'and ignores TERM',
      `trap '' TERM; bash -c 'while :; do sleep 1; done' & touch "$project/waits"; while :; do wait; done`,
      10_000,
    ],
  ] as const)
    describe(kind, () => {
      const scene = useScene({ train: hang });

      it(`is gone with every process within ${limit / 1000} s of a cancel`, async function () {
        await scene().startWorker();
        const handle = await startTrain(scene());
        const began = Date.now();
        await handle.signal(cancelRunSignal, { by: 'ann', reason: 'wrong data' });
        await assertCancelled(scene(), handle);
        const took = Date.now() - began;
        this.test!.title += ` (measured: ${(took / 1000).toFixed(1)} s)`;
        assert.ok(took < limit, `${took} ms`);
        const progress = await handle.query(progressQuery);
        assert.equal(statesOf(progress), cancelled);
        assert.deepEqual(progress.cancellation, { by: 'ann', reason: 'wrong data' });
      });
    });
});

describe('a run whose worker is dead, cancelled,', () => {
  const scene = useScene({ train: 'sleep 600 & setsid sleep 600 & touch "$project/waits"; wait' });

  it('is not cancelled until a worker has confirmed that its step has ended', async () => {
    await scene().startWorker({ TEMPORAL_AZUREML_QUEUES: 'workflows' });
    const worker = await scene().startWorker({ TEMPORAL_AZUREML_QUEUES: 'io,compute' });
    const handle = await startTrain(scene());
    worker.signal('SIGKILL');
    await worker.ended;
    await handle.cancel();
    // The server gives the step up when its heartbeats stay away; the run then asks for its end, which nobody answers.
    await until(async () =>
      (await handle.describe()).raw.pendingActivities!.some(
        ({ activityType }) => activityType?.name === 'endStep',
      ),
    );
    assert.equal((await handle.query(progressQuery)).state, 'cancelling');
    assert.equal((await handle.describe()).status.name, 'RUNNING');

    await scene().startWorker({ TEMPORAL_AZUREML_QUEUES: 'io,compute' });
    await assertCancelled(scene(), handle);
    assert.equal(statesOf(await handle.query(progressQuery)), cancelled);
  });
});
