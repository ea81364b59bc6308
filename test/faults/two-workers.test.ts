import assert from 'node:assert/strict';
import { until } from '../until.ts';
import { around, attemptsOf, useScene } from './scene.ts';

const allDone = 'prep_data done 1, train done 1, register_model done 1';

describe('two workers on one store', () => {
  const scene = useScene(
    around('train', { before: 'sleep 600 & touch "$project/waits.$run"; wait_for "go.$run"' }),
  );

  for (const [words, fault] of [
    ['one killed in the middle of train', 'SIGKILL'],
    ['one stopped in the middle of train, which wakes up when the other has begun it again', 'SIGSTOP'],
  ] as const)
    it(`${words}: the other runs it, once`, async () => {
      const workers = [await scene().startWorker(), await scene().startWorker()];
      const handle = await scene().start();
      const { workflowId: id } = handle;
      await scene().appears(`waits.${id}`);
      const [first] = await scene().beginnings(id, 'train');
      const one = workers.find((worker) => worker.pid === first!.parent)!;
      const other = workers.find((worker) => worker !== one)!;
      one.signal(fault);
      await until(async () => (await scene().beginnings(id, 'train')).length === 2);
      if (fault === 'SIGSTOP') one.signal('SIGCONT');
      await scene().touch(`go.${id}`);
      const progress = await handle.result();
      assert.equal(attemptsOf(progress), allDone);
      assert.deepEqual(
        (await scene().beginnings(id, 'train')).map(({ parent }) => parent),
        [one.pid, other.pid],
      );
      assert.equal(await scene().begun(id), 'prep_data 1, train 2, register_model 1');
      await scene().assertNothingLeft(id);
    });
});

describe('runs that register at once', () => {
  // None registers before all are about to.
  const count = 8;
  const scene = useScene(
    around('register_model', {
      before: `touch "$project/registers.$run"; until [ "$(ls "$project" | grep -c ^registers.)" -ge ${count} ]; do sleep 0.02; done`,
    }),
  );

  it('get the versions from 1 on, without a gap and without a duplicate', async () => {
    for (let worker = 0; worker < 2; worker++) await scene().startWorker({ TEMPORAL_AZUREML_SLOTS: '4' });
    const handles = await Promise.all(Array.from({ length: count }, () => scene().start()));
    const ended = await Promise.all(handles.map((handle) => handle.result()));
    const expected = Array.from({ length: count }, (_, index) => index + 1);
    assert.deepEqual(
      ended.map((progress) => progress.model!.version).toSorted((a, b) => a - b),
      expected,
    );
    assert.deepEqual(await scene().versions(), expected);
  });
});
