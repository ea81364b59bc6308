import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { exists } from '../../store/file.ts';
import { readRun } from '../../store/run.ts';
import {
  approveSignal,
  cancelRunSignal,
  pauseSignal,
  progressQuery,
  rejectSignal,
  resumeSignal,
  retryStepSignal,
  updateParametersUpdate,
  type ApprovalRule,
  type Progress,
  type RunState,
} from '../../workflows/messages.ts';
import { usePipeline } from '../pipeline.ts';
import { quickScripts, type TrainingHandle } from '../project.ts';
import { until } from '../until.ts';

const ann = { by: 'ann', reason: 'looks good' };

const reach = async (handle: TrainingHandle, state: RunState): Promise<Progress> => {
  let progress: Progress | undefined;
  await until(async () => {
    progress = await handle.query(progressQuery);
    return progress.state === state;
  });
  return progress!;
};

const attempts = ({ steps }: Progress): string =>
  steps.map(({ name, state, attempt }) => `${name} ${state} ${attempt}`).join(', ');

describe('a run that is paused', () => {
  const pipeline = usePipeline({
    train: `touch ../../../../started; until [ -e ../../../../go ]; do sleep 0.05; done; ${quickScripts.train}`,
  });
  const file = (name: string): string => join(pipeline().root, name);
  beforeEach(async () => {
    await rm(file('started'), { force: true });
    await rm(file('go'), { force: true });
  });

  it('during a step, lets the step end, holds before the next one, and goes on when it is resumed', async () => {
    const handle = await pipeline().start();
    await until(() => exists(file('started')));
    await handle.signal(pauseSignal, { by: 'ann', reason: 'lunch' });
    await handle.signal(pauseSignal, { by: 'bob', reason: 'second' });
    const during = await handle.query(progressQuery);
    assert.deepEqual([during.state, during.hold, during.pause?.by], ['running', undefined, 'ann']);
    await writeFile(file('go'), '');
    const held = await reach(handle, 'paused');
    assert.equal(attempts(held), 'prep_data done 1, train done 1, register_model waiting 0');
    assert.deepEqual([held.hold?.kind, held.hold?.step], ['paused', 'register_model']);
    await handle.signal(resumeSignal, ann);
    const result = await handle.result();
    assert.deepEqual([result.state, result.hold, result.pause], ['completed', undefined, undefined]);
  });

  it('and cancelled, is cancelled at once', async () => {
    const handle = await pipeline().start();
    await handle.signal(pauseSignal, { by: 'ann', reason: '' });
    await reach(handle, 'paused');
    await handle.signal(cancelRunSignal, { by: 'bob', reason: 'no' });
    await assert.rejects(handle.result(), WorkflowFailedError);
    const progress = await handle.query(progressQuery);
    assert.equal(progress.state, 'cancelled');
    assert.equal(progress.hold, undefined);
  });

  it('takes a burst of a thousand signals, and the last one holds', async () => {
    const handle = await pipeline().start();
    await until(() => exists(file('started')));
    const signals = Array.from({ length: 500 }, () => [pauseSignal, resumeSignal] as const).flat();
    for (const signal of signals) void handle.signal(signal, { by: 'ann', reason: '' });
    await handle.signal(pauseSignal, { by: 'last', reason: '' });
    await until(async () => (await handle.fetchHistory()).events!.filter(isSignal).length > 1000);
    await handle.signal(resumeSignal, ann);
    await writeFile(file('go'), '');
    assert.equal((await handle.result()).state, 'completed');
  });
});

const isSignal = ({
  workflowExecutionSignaledEventAttributes: signal,
}: {
  workflowExecutionSignaledEventAttributes?: unknown;
}): boolean => signal !== undefined && signal !== null;

describe('a run that needs approval', () => {
  const pipeline = usePipeline();
  const start = (rule: Omit<ApprovalRule, 'before'>): Promise<TrainingHandle> =>
    pipeline().start({ input: { approval: { before: 'register_model', ...rule } } });

  it('waits before the step, showing the metrics, and goes on when a person approves', async () => {
    const handle = await start({});
    const held = await reach(handle, 'awaiting approval');
    assert.deepEqual([held.hold?.step, held.metrics, held.model], ['register_model', { r2: 0.2 }, undefined]);
    await handle.signal(approveSignal, ann);
    await handle.signal(rejectSignal, { by: 'bob', reason: 'too late' });
    const result = await handle.result();
    assert.equal(result.state, 'completed');
    const { at, ...approval } = result.approval!;
    assert.deepEqual(approval, { decision: 'approved', ...ann });
    assert.ok(Date.parse(at) > 0);
    assert.deepEqual((await readRun(pipeline().store, handle.workflowId))?.approval, result.approval);
  });

  it('ignores a decision that comes before the metrics are there', async () => {
    const handle = await start({});
    await handle.signal(approveSignal, { by: 'early', reason: '' });
    await reach(handle, 'awaiting approval');
    await handle.signal(approveSignal, ann);
    assert.equal((await handle.result()).approval?.by, 'ann');
  });

  it('that is rejected, fails with who and why, and registers nothing', async () => {
    const handle = await start({});
    await reach(handle, 'awaiting approval');
    await handle.signal(rejectSignal, { by: 'ann', reason: 'worse than version 3' });
    await assert.rejects(handle.result(), (error: WorkflowFailedError) => {
      assert.equal(error.cause?.message, 'register_model was rejected by ann: worse than version 3');
      return true;
    });
    const progress = await handle.query(progressQuery);
    assert.deepEqual([progress.state, progress.model], ['failed', undefined]);
    assert.equal(progress.failure, 'register_model was rejected by ann: worse than version 3');
  });

  it('goes on by itself where the condition holds, and waits where it does not', async () => {
    const met = await (await start({ condition: 'r2 >= 0.15' })).result();
    assert.deepEqual(
      [met.approval?.decision, met.approval?.by, met.approval?.reason],
      ['approved', 'the condition', 'r2 >= 0.15'],
    );
    const handle = await start({ condition: 'r2 >= 0.25' });
    await reach(handle, 'awaiting approval');
    await handle.signal(approveSignal, ann);
    assert.equal((await handle.result()).approval?.by, 'ann');
  });

  for (const [onTimeout, state] of [
    ['approve', 'completed'],
    ['reject', 'failed'],
    [undefined, 'failed'],
  ] as const)
    it(`that nobody decides in time, is ${state} with onTimeout ${onTimeout}`, async () => {
      const handle = await start({ timeout: 1000, ...(onTimeout === undefined ? {} : { onTimeout }) });
      await handle.result().catch(() => undefined);
      const progress = await handle.query(progressQuery);
      assert.equal(progress.state, state);
      assert.deepEqual(
        [progress.approval?.by, progress.approval?.reason],
        ['the time-out', 'nobody decided within 1 s'],
      );
    });

  it('approved and cancelled at the same moment, is cancelled or completed, never both', async () => {
    const handle = await start({});
    await reach(handle, 'awaiting approval');
    await Promise.all([
      handle.signal(approveSignal, ann),
      handle.signal(cancelRunSignal, { by: 'bob', reason: 'no' }),
    ]);
    const ended = await handle.result().then(
      () => 'COMPLETED',
      () => 'CANCELLED',
    );
    assert.equal((await handle.describe()).status.name, ended);
    assert.equal((await handle.query(progressQuery)).state, ended.toLowerCase());
  });

  it('waits without any event of its own', async () => {
    const handle = await start({});
    await reach(handle, 'awaiting approval');
    const { historyLength } = await handle.describe();
    await handle.query(progressQuery);
    assert.equal((await handle.describe()).historyLength, historyLength);
    await handle.signal(approveSignal, ann);
    await handle.result();
  });
});

describe('a failed step of a run that waits on failure', () => {
  const pipeline = usePipeline({
    train: `[ "$2" != 0.2 ] || { echo "error: too few rows"; exit 1; }; ${quickScripts.train}`,
  });

  async function startAndFail(): Promise<TrainingHandle> {
    const handle = await pipeline().start({ input: { onFailure: 'wait' } });
    const held = await reach(handle, 'awaiting retry');
    assert.equal(held.steps[1]!.failure?.message, 'train failed: exit code 1: too few rows');
    assert.deepEqual([held.hold?.kind, held.hold?.step], ['failure', 'train']);
    return handle;
  }

  it('is tried again with another parameter, and what went before is kept', async () => {
    const handle = await startAndFail();
    await handle.executeUpdate(updateParametersUpdate, { args: [{ test_size: 0.3 }] });
    await handle.signal(retryStepSignal, ann);
    const result = await handle.result();
    assert.equal(attempts(result), 'prep_data done 1, train done 2, register_model done 1');
    assert.deepEqual(result.metrics, { r2: 0.3 });
  });

  it('takes parameters with the signal, and waits again where it fails again', async () => {
    const handle = await startAndFail();
    await handle.signal(retryStepSignal, { ...ann, parameters: { features: 'age' } });
    await handle.signal(retryStepSignal, ann);
    await until(async () => (await handle.query(progressQuery)).steps[1]!.attempt === 2);
    const held = await reach(handle, 'awaiting retry');
    assert.equal(held.parameters['features'], 'bmi', 'prep_data is kept and has used it');
    await handle.signal(retryStepSignal, { ...ann, parameters: { test_size: 0.4 } });
    assert.deepEqual((await handle.result()).metrics, { r2: 0.4 });
  });

  it('is given up by a cancel', async () => {
    const handle = await startAndFail();
    await handle.signal(cancelRunSignal, { by: 'bob', reason: 'enough' });
    await assert.rejects(handle.result(), WorkflowFailedError);
    assert.equal((await handle.query(progressQuery)).state, 'cancelled');
  });
});

describe('a run until a step', () => {
  const pipeline = usePipeline();

  it('runs no step after it', async () => {
    const result = await (await pipeline().start({ input: { until: 'train' } })).result();
    assert.equal(attempts(result), 'prep_data done 1, train done 1, register_model skipped 0');
    assert.deepEqual([result.state, result.model], ['completed', undefined]);
  });
});

describe('a run from an old one', () => {
  const pipeline = usePipeline({
    prep_data: `${quickScripts.prep_data}; echo prep_data >> ../../../../ran`,
    train: `${quickScripts.train}; echo train >> ../../../../ran`,
    register_model: `[ ! -e ../../../../broken ] || exit 1; ${quickScripts.register_model}`,
  });

  async function startBroken(): Promise<Progress> {
    await writeFile(join(pipeline().root, 'broken'), '');
    const handle = await pipeline().start();
    await assert.rejects(handle.result(), WorkflowFailedError);
    await rm(join(pipeline().root, 'broken'));
    return handle.query(progressQuery);
  }

  it('keeps what is still valid, also of steps that always run, and says why the others run', async () => {
    const old = await startBroken();
    const rerun = { runId: old.runId, executionId: old.executionId, attempts: { prep_data: 1, train: 1 } };
    const same = await (await pipeline().start({ input: { rerun } })).result();
    assert.deepEqual(
      same.steps.map(({ name, reused }) => [name, reused]),
      [
        ['prep_data', old.steps[0]!.reused ?? old.runId],
        ['train', old.runId],
        ['register_model', undefined],
      ],
    );
    assert.deepEqual([same.rerunOf, same.metrics], [old.runId, { r2: 0.2 }]);
    const other = await (
      await pipeline().start({ parameters: { test_size: 0.3 }, input: { rerun } })
    ).result();
    assert.deepEqual(
      other.steps.slice(0, 2).map(({ reused, reason }) => [reused !== undefined, reason]),
      [
        [true, `same code, data and parameters as run ${old.steps[0]!.reused ?? old.runId}`],
        [false, 'test_size 0.2 → 0.3'],
      ],
    );
  });

  it('takes a result of any run for a step whose parameters have changed', async () => {
    const other = await (await pipeline().start({ parameters: { features: 'age' } })).result();
    const old = await startBroken();
    const rerun = { runId: old.runId, executionId: old.executionId, attempts: { prep_data: 1 } };
    const result = await (
      await pipeline().start({ parameters: { features: 'age' }, input: { rerun } })
    ).result();
    assert.equal(result.steps[0]!.reused, other.runId);
  });

  it('runs the step it starts from, also where nothing has changed', async () => {
    const old = await startBroken();
    const rerun = {
      runId: old.runId,
      executionId: old.executionId,
      attempts: { prep_data: 1 },
      from: 'train',
    };
    const result = await (await pipeline().start({ input: { rerun } })).result();
    assert.deepEqual(
      result.steps.map(({ reused }) => reused !== undefined),
      [true, false, false],
    );
  });
});
