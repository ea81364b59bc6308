import assert from 'node:assert/strict';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { readRun } from '../../store/run.ts';
import {
  cancelRunSignal,
  progressQuery,
  setParametersSignal,
  updateParametersUpdate,
  type Progress,
} from '../../workflows/messages.ts';
import { exists } from '../../store/file.ts';
import { usePipeline } from '../pipeline.ts';
import type { TrainingHandle } from '../project.ts';
import { until } from '../until.ts';

/** The states of a run's steps: `prep_data done, train running, register_model waiting`. */
const states = ({ steps }: Progress): string => steps.map(({ name, state }) => `${name} ${state}`).join(', ');

const outcome = async (handle: TrainingHandle): Promise<string> => (await handle.describe()).status.name;

describe('a training run', () => {
  const pipeline = usePipeline();

  it('runs prepare, train and register, and answers progress at its end', async () => {
    const handle = await pipeline().start();
    const result = await handle.result();
    assert.equal(states(result), 'prep_data done, train done, register_model done');
    assert.equal(result.state, 'completed');
    assert.deepEqual(result.metrics, { r2: 0.2 });
    assert.deepEqual(result.model, { name: 'diabetes', version: 1, uri: 'file:///m' });
    assert.deepEqual(await handle.query(progressQuery), result);
    assert.deepEqual(await readRun(pipeline().store, handle.workflowId), result);
  });

  it('takes prep_data from the earlier run and says why, and why train runs', async () => {
    const first = await pipeline().start({ parameters: { features: 'bmi,bp' } });
    await first.result();
    const second = await (
      await pipeline().start({ parameters: { features: 'bmi,bp', test_size: 0.3 } })
    ).result();
    assert.deepEqual(
      second.steps.map(({ name, reused, reason }) => ({ name, reused, reason })),
      [
        {
          name: 'prep_data',
          reused: first.workflowId,
          reason: `same code, data and parameters as run ${first.workflowId}`,
        },
        { name: 'train', reused: undefined, reason: 'test_size 0.2 → 0.3' },
        { name: 'register_model', reused: undefined, reason: 'always runs (is_deterministic: false)' },
      ],
    );
  });

  it('runs every step under forceRerun, and its results are not offered for reuse', async () => {
    const parameters = { features: 'forced' };
    const forced = await (await pipeline().start({ parameters, input: { forceRerun: true } })).result();
    assert.deepEqual(
      forced.steps.map((step) => step.reason),
      Array.from({ length: 3 }, () => 'asked for by --force-rerun'),
    );
    const next = await (await pipeline().start({ parameters })).result();
    assert.equal(next.steps[0]!.reused, undefined);
  });

  it('runs prep_data again when its output was changed or removed', async () => {
    const parameters = { features: 'tampered' };
    const first = await (await pipeline().start({ parameters })).result();
    const output = join(pipeline().store.root, first.steps[0]!.outputs!['data_X']!.path);
    await chmod(output, 0o644);
    await writeFile(output, 'other');
    const second = await (await pipeline().start({ parameters })).result();
    assert.equal(second.steps[0]!.reason, `data_X of run ${first.runId} was changed`);

    await rm(join(pipeline().store.root, second.steps[0]!.outputs!['data_X']!.path));
    const third = await (await pipeline().start({ parameters })).result();
    assert.equal(third.steps[0]!.reason, `data_X of run ${second.runId} is gone`);
  });
});

describe('a run whose train waits', () => {
  const pipeline = usePipeline({
    train:
      'touch ../../../../train.started; until [ -e ../../../../train.go ]; do sleep 0.05; done; echo "{\\"r2\\": $2}" > outputs/metrics.json',
  });
  const file = (name: string): string => join(pipeline().root, name);

  async function startAndWait(): Promise<TrainingHandle> {
    await rm(file('train.started'), { force: true });
    await rm(file('train.go'), { force: true });
    const handle = await pipeline().start();
    await until(() => exists(file('train.started')));
    return handle;
  }

  it('answers progress, takes parameters no step has used and refuses the others', async () => {
    const handle = await startAndWait();
    const progress = await handle.query(progressQuery);
    assert.equal(states(progress), 'prep_data done, train running, register_model waiting');

    const refusal = async (change: Record<string, string | number>): Promise<string> => {
      try {
        await handle.executeUpdate(updateParametersUpdate, { args: [change] });
        return 'taken';
      } catch (error) {
        assert.ok(error instanceof WorkflowUpdateFailedError);
        return error.cause?.message ?? '';
      }
    };
    assert.equal(
      await refusal({ test_size: 0.3 }),
      'test_size was used by train already: it cannot change in this run.',
    );
    assert.equal(
      await refusal({ test_size: 1.5 }),
      'test_size must be a number above 0 and below 1, not 1.5. test_size was used by train already: it cannot change in this run.',
    );
    assert.equal(
      await refusal({ nope: 1 }),
      'There is no parameter nope; the parameters are data, features, test_size, random_state, model_name.',
    );
    await handle.signal(setParametersSignal, { test_size: 0.9 });

    await writeFile(file('train.go'), '');
    const result = await handle.result();
    assert.equal(result.parameters['test_size'], 0.2);
  });

  it('is not changed by an edit of its steps', async () => {
    const handle = await startAndWait();
    await pipeline().writeScripts({ register_model: 'exit 1' });
    await writeFile(file('train.go'), '');
    assert.equal((await handle.result()).state, 'completed');
    await pipeline().writeScripts({ register_model: 'true' });
  });

  for (const [door, cancel] of [
    [
      'cancelRun',
      (handle: TrainingHandle) => handle.signal(cancelRunSignal, { by: 'ann', reason: 'wrong data' }),
    ],
    ["Temporal's own cancel", (handle: TrainingHandle) => handle.cancel()],
  ] as const)
    it(`cancelled by ${door} during a step, ends as Canceled with its processes ended and its record written`, async () => {
      const handle = await startAndWait();
      const before = Date.now();
      await cancel(handle);
      await assert.rejects(handle.result(), WorkflowFailedError);
      assert.ok(Date.now() - before < 2000, `it took ${Date.now() - before} ms`);
      assert.equal(await outcome(handle), 'CANCELLED');
      const progress = await handle.query(progressQuery);
      assert.equal(states(progress), 'prep_data done, train cancelled, register_model waiting');
      assert.deepEqual(
        progress.cancellation,
        door === 'cancelRun' ? { by: 'ann', reason: 'wrong data' } : undefined,
      );
      assert.deepEqual(await readRun(pipeline().store, handle.workflowId), progress);
      assert.deepEqual(await readdir(join(pipeline().store.root, 'work')), []);
    });

  it('cancelled before its first step, runs none', async () => {
    const handle = await pipeline().start({ parameters: { features: 'early' } });
    await handle.cancel();
    await assert.rejects(handle.result(), WorkflowFailedError);
    const progress = await handle.query(progressQuery);
    assert.equal(progress.state, 'cancelled');
    assert.equal(progress.steps[2]!.state, 'waiting');
  });

  it('cancelled twice, is cancelled once', async () => {
    const handle = await startAndWait();
    await handle.signal(cancelRunSignal, { by: 'ann', reason: 'first' });
    await handle.signal(cancelRunSignal, { by: 'bob', reason: 'second' });
    await assert.rejects(handle.result(), WorkflowFailedError);
    assert.deepEqual((await handle.query(progressQuery)).cancellation, { by: 'ann', reason: 'first' });
  });
});

describe('a step that fails', () => {
  const pipeline = usePipeline({
    train: 'echo "$2" >> ../../../../tries; echo "error: no luck"; exit $(cat ../../../../code)',
  });

  async function fail(code: string): Promise<{ progress: Progress; tries: number }> {
    const tries = join(pipeline().root, 'tries');
    await writeFile(tries, '');
    await writeFile(join(pipeline().root, 'code'), code);
    const handle = await pipeline().start();
    await assert.rejects(handle.result(), WorkflowFailedError);
    const lines = (await readFile(tries, 'utf8')).trim().split('\n');
    return { progress: await handle.query(progressQuery), tries: lines.length };
  }

  it('with exit code 1 is not tried again, and the run says its last words', async () => {
    const { progress, tries } = await fail('1');
    assert.equal(tries, 1);
    assert.equal(progress.state, 'failed');
    assert.equal(progress.failure, 'train failed: exit code 1: no luck');
    assert.deepEqual(progress.steps[1]!.failure, {
      message: 'train failed: exit code 1: no luck',
      exitCode: 1,
      logTail: ['error: no luck'],
    });
  });

  it('with exit code 75 is tried again, three times in all', async () => {
    const { progress, tries } = await fail('75');
    assert.equal(tries, 3);
    assert.equal(progress.steps[1]!.attempt, 3);
    assert.equal(progress.failure, 'train failed: exit code 75: no luck');
  });
});

describe('two runs that need the same result at once', () => {
  const pipeline = usePipeline({
    prep_data: 'echo run >> ../../../../prepared; sleep 0.5; echo X > "$1"; echo y > "$2"; echo "{}" > "$3"',
  });

  it('compute it once', async () => {
    const handles = await Promise.all([pipeline().start(), pipeline().start()]);
    const [first, second] = await Promise.all(handles.map((handle) => handle.result()));
    assert.equal(await readFile(join(pipeline().root, 'prepared'), 'utf8'), 'run\n');
    const reused = [first!.steps[0]!.reused, second!.steps[0]!.reused];
    assert.equal(reused.filter((run) => run !== undefined).length, 1);
  });
});
