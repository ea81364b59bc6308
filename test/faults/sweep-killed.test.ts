import assert from 'node:assert/strict';
import { readRun } from '../../store/run.ts';
import { trainingId } from '../../workflows/grid.ts';
import { sweepProgressQuery } from '../../workflows/sweep-messages.ts';
import { endings, executionsOf, startSweep } from '../sweeps/sweep.ts';
import { until } from '../until.ts';
import { around, useScene } from './scene.ts';

const seeds = Array.from({ length: 16 }, (_, seed) => seed);

describe('kill -9 of the worker in the middle of a sweep', () => {
  const scene = useScene(around('train', { before: 'sleep 0.3' }));

  it('loses no training, and does none again that had ended', async () => {
    const worker = await scene().startWorker();
    const handle = await startSweep(scene().client, scene(), {
      sweep: { grid: { random_state: seeds }, historyLimit: 60 },
      input: { heartbeatTimeout: 2000 },
    });
    const ended = async (): Promise<number[]> =>
      (await handle.query(sweepProgressQuery)).results.map(({ index }) => index);
    let before: number[] = [];
    await until(async () => (before = await ended()).length >= seeds.length / 2);
    worker.signal('SIGKILL');
    await worker.ended;
    await scene().startWorker();
    const result = await handle.result();

    assert.deepEqual(
      endings(result),
      seeds.map((seed) => `${seed} completed 0.2`),
    );
    const begun = await Promise.all(
      seeds.map(async (index) => {
        const runId = trainingId(handle.workflowId, index, seeds.length);
        const run = await readRun(scene().store, runId);
        assert.deepEqual(
          run?.steps.map(({ name, state, attempt }) => `${name} ${state} ${attempt}`),
          ['prep_data done 1', 'train done 1', 'register_model skipped 0'],
        );
        return (await scene().beginnings(runId, 'train')).length;
      }),
    );
    for (const index of before) assert.equal(begun[index], 1, `training ${index}`);
    // What ran while its worker was killed has to run again; nothing else may.
    const again = begun.filter((times) => times > 1);
    assert.ok(again.length <= 2 && again.every((times) => times === 2), begun.join(' '));
    assert.ok((await executionsOf(scene().client, handle)).length >= 3);
    await scene().assertNothingLeft(handle.workflowId);
  });
});
