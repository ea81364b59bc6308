import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { exists } from '../../store/file.ts';
import { listRuns, readRun } from '../../store/run.ts';
import { readSweep, sweepFolder } from '../../store/sweep.ts';
import { processes } from '../../targets/process/table.ts';
import { cancelRunSignal } from '../../workflows/messages.ts';
import { sweepProgressQuery, type SweepProgress } from '../../workflows/sweep-messages.ts';
import { usePipeline } from '../pipeline.ts';
import { quickScripts } from '../project.ts';
import { until } from '../until.ts';
import { endings, executionsOf, rejects, startSweep, type SweepHandle } from './sweep.ts';

const noted = `${quickScripts.train}; echo "$7 $2" >> ../../../../trained`;

/** The processes of a sweep's trainings. */
const alive = async (handle: SweepHandle): Promise<unknown[]> =>
  (await processes(0)).filter(({ token }) => token?.startsWith(`${handle.workflowId}-`));

describe('a sweep', () => {
  const pipeline = usePipeline({ train: noted });
  const file = (handle: SweepHandle, name: string): string =>
    join(sweepFolder(pipeline().store, handle.workflowId), name);

  it('trains with each combination without registering, and leaves a record, a table and a figure', async () => {
    const grid = { test_size: [0.1, 0.4, 0.3, 0.2] };
    const handle = await startSweep(pipeline().client, pipeline(), { id: 'sweep-a', sweep: { grid } });
    const result = await handle.result();
    assert.equal(result.state, 'completed');
    assert.deepEqual(endings(result), [
      '0 completed 0.1',
      '1 completed 0.4',
      '2 completed 0.3',
      '3 completed 0.2',
    ]);
    assert.equal(result.best?.index, 1);
    assert.deepEqual(await handle.query(sweepProgressQuery), result);
    assert.deepEqual(await readSweep(pipeline().store, 'sweep-a'), result);

    const training = await readRun(pipeline().store, 'sweep-a-2');
    assert.deepEqual(
      training?.steps.map(({ name, state }) => `${name} ${state}`),
      ['prep_data done', 'train done', 'register_model skipped'],
    );
    const table = await readFile(file(handle, 'results.csv'), 'utf8');
    assert.deepEqual(table.replaceAll(/,[\d.]+,$/gm, ',<seconds>,').split('\n'), [
      'run,state,test_size,r2,seconds,failure',
      'sweep-a-2,completed,0.4,0.4,<seconds>,',
      'sweep-a-3,completed,0.3,0.3,<seconds>,',
      'sweep-a-4,completed,0.2,0.2,<seconds>,',
      'sweep-a-1,completed,0.1,0.1,<seconds>,',
      '',
    ]);
    assert.match(await readFile(file(handle, 'figure.svg'), 'utf8'), /best 0\.4 at test_size 0\.4/);
    assert.deepEqual((await readFile(file(handle, 'figure.png'))).subarray(1, 4).toString(), 'PNG');
  });

  it('leaves its runs out of the runs somebody has started', async () => {
    const sweep = await startSweep(pipeline().client, pipeline());
    const run = await pipeline().start();
    await Promise.all([sweep.result(), run.result()]);
    const ids = (await listRuns(pipeline().store)).map(({ runId }) => runId);
    assert.deepEqual(ids, [run.workflowId]);
    assert.equal((await listRuns(pipeline().store, sweep.workflowId)).length, 4);
  });

  it('never has more trainings under way than it may', async () => {
    const handle = await startSweep(pipeline().client, pipeline(), {
      sweep: { grid: { random_state: [0, 1, 2, 3, 4, 5, 6, 7] }, maxParallel: 3 },
    });
    await handle.result();
    const { events } = await handle.fetchHistory();
    let [open, most] = [0, 0];
    for (const event of events ?? []) {
      if (event.startChildWorkflowExecutionInitiatedEventAttributes) most = Math.max(most, ++open);
      if (event.childWorkflowExecutionCompletedEventAttributes) open -= 1;
    }
    assert.equal(most, 3);
  });

  it('continues as new when its history has grown long, and neither loses a training nor does one twice', async () => {
    const seeds = Array.from({ length: 20 }, (_, index) => 100 + index);
    const handle = await startSweep(pipeline().client, pipeline(), {
      sweep: { grid: { random_state: seeds }, historyLimit: 60, maxParallel: 3 },
    });
    const result = await handle.result();
    assert.deepEqual(
      endings(result),
      seeds.map((_, index) => `${index} completed 0.2`),
    );
    const trained = (await readFile(join(pipeline().root, 'trained'), 'utf8')).split('\n');
    for (const seed of seeds) assert.equal(trained.filter((line) => line === `${seed} 0.2`).length, 1);
    const executions = await executionsOf(pipeline().client, handle);
    assert.ok(executions.length >= 3, `${executions.length} executions`);
    for (const { events } of executions) assert.ok(events!.length <= 80, `${events!.length} events`);
    assert.equal(result.executionId, handle.firstExecutionRunId);
    assert.equal(result.startedAt, (await readSweep(pipeline().store, handle.workflowId))?.startedAt);
  });

  it('registers the best training, and does not train again for it', async () => {
    const handle = await startSweep(pipeline().client, pipeline(), {
      sweep: { grid: { test_size: [0.11, 0.13, 0.12] }, registerBest: true },
      input: { forceRerun: true },
    });
    const result = await handle.result();
    assert.deepEqual(result.model, { name: 'diabetes', version: 1, uri: 'file:///m' });
    const trained = (await readFile(join(pipeline().root, 'trained'), 'utf8')).split('\n');
    assert.equal(trained.filter((line) => line === '0 0.13').length, 1);
    const registered = await readRun(pipeline().store, `${handle.workflowId}-best`);
    assert.deepEqual(
      registered?.steps.map(({ name, state, reused }) => `${name} ${state} ${reused ?? 'here'}`),
      [
        `prep_data done ${handle.workflowId}-2`,
        `train done ${handle.workflowId}-2`,
        'register_model done here',
      ],
    );
  });

  it('fails where the best is to be registered and none has measured what makes it so', async () => {
    const objective = { metric: 'accuracy', direction: 'max' } as const;
    const handle = await startSweep(pipeline().client, pipeline(), {
      sweep: { objective, registerBest: true },
    });
    assert.equal(
      await rejects(handle),
      'SweepFailed: no training measured accuracy: there is no best one to register',
    );
    assert.equal(await exists(file(handle, 'results.csv')), true);
    assert.equal(await exists(file(handle, 'figure.png')), false);
  });
});

describe('a sweep with trainings that fail', () => {
  const pipeline = usePipeline({
    train: `case $2 in 0.3|0.4) echo "error: too few rows" >&2; exit 1;; esac; ${quickScripts.train}`,
  });

  it('has them as rows of its table and completes', async () => {
    const handle = await startSweep(pipeline().client, pipeline());
    const result = await handle.result();
    assert.equal(result.state, 'completed');
    assert.deepEqual(endings(result), ['0 completed 0.1', '1 failed', '2 failed', '3 completed 0.2']);
    assert.equal(result.firstFailure, 'train failed: exit code 1: too few rows');
    assert.equal(result.best?.index, 3);
    const table = await readFile(
      join(sweepFolder(pipeline().store, handle.workflowId), 'results.csv'),
      'utf8',
    );
    assert.match(table, /-2,failed,0\.4,,[\d.]+,train failed: exit code 1: too few rows\n/);
  });

  it('fails where all have failed', async () => {
    const handle = await startSweep(pipeline().client, pipeline(), {
      sweep: { grid: { test_size: [0.3, 0.4] } },
    });
    assert.equal(
      await rejects(handle),
      'SweepFailed: none of 2 trainings completed; the first failure: train failed: exit code 1: too few rows',
    );
    assert.equal((await readSweep(pipeline().store, handle.workflowId))?.state, 'failed');
  });
});

describe('a sweep in the middle', () => {
  const pipeline = usePipeline({
    train: `case $2 in 0.1) ;; *) touch ../../../../began.$2; sleep 600;; esac; ${quickScripts.train}`,
  });

  async function startAndWait(change = {}): Promise<SweepHandle> {
    const handle = await startSweep(pipeline().client, pipeline(), { sweep: change });
    await until(async () => {
      const { results, running } = await handle.query(sweepProgressQuery);
      return results.length === 1 && running.length === 2;
    });
    await until(async () => (await alive(handle)).length >= 2);
    return handle;
  }

  async function assertCancelled(handle: SweepHandle): Promise<SweepProgress> {
    assert.equal((await handle.describe()).status.name, 'CANCELLED');
    assert.deepEqual(await alive(handle), []);
    assert.deepEqual(await readdir(join(pipeline().store.root, 'work')), []);
    const record = await readSweep(pipeline().store, handle.workflowId);
    assert.equal(record?.state, 'cancelled');
    assert.deepEqual(endings(record), ['0 completed 0.1', '1 cancelled', '2 cancelled']);
    return record;
  }

  it('is cancelled by cancelRun with all its trainings; none is alive when it says so', async () => {
    const handle = await startAndWait();
    await handle.signal(cancelRunSignal, { by: 'ann', reason: 'wrong data' });
    await assert.rejects(handle.result(), WorkflowFailedError);
    const record = await assertCancelled(handle);
    assert.deepEqual(record.cancellation, { by: 'ann', reason: 'wrong data' });
  });

  it("is cancelled by Temporal's own cancel, also while it drains to continue as new", async () => {
    const handle = await startAndWait({ historyLimit: 40 });
    await handle.cancel();
    await assert.rejects(handle.result(), WorkflowFailedError);
    await assertCancelled(handle);
  });

  it('goes on when one of its trainings is cancelled', async () => {
    const handle = await startAndWait({ grid: { test_size: [0.1, 0.4, 0.3] } });
    for (const index of [2, 3])
      await pipeline().client.workflow.getHandle(`${handle.workflowId}-${index}`).cancel();
    assert.deepEqual(endings(await handle.result()), ['0 completed 0.1', '1 cancelled', '2 cancelled']);
  });

  it('has its trainings cancel themselves when it is terminated', async () => {
    const handle = await startAndWait();
    await handle.terminate('by hand');
    await until(async () => (await alive(handle)).length === 0);
    const training = pipeline().client.workflow.getHandle(`${handle.workflowId}-2`);
    await assert.rejects(training.result(), WorkflowFailedError);
    assert.equal((await training.describe()).status.name, 'CANCELLED');
  });
});
