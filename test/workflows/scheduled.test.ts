import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScheduleHandle } from '@temporalio/client';
import { exists } from '../../store/file.ts';
import { readRun } from '../../store/run.ts';
import { cancelRunSignal, createScheduledRunId, progressQuery } from '../../workflows/messages.ts';
import { usePipeline } from '../pipeline.ts';
import { quickScripts } from '../project.ts';
import { createSchedule, listStarted, statesOfStarted } from '../schedules.ts';
import { until } from '../until.ts';

const time = new Date('2026-11-24T06:00:00Z');

describe('a scheduled run', () => {
  const pipeline = usePipeline();
  let schedule: ScheduleHandle;
  beforeEach(async () => {
    schedule = await createSchedule(pipeline().client, pipeline());
  });
  afterEach(async () => {
    await pipeline().writeScripts(quickScripts);
    await schedule.delete();
  });

  const started = (type: 'scheduled' | 'training') => listStarted(pipeline().client, schedule, type);
  const become = (type: 'scheduled' | 'training', states: string): Promise<void> =>
    until(async () => (await statesOfStarted(pipeline().client, schedule, type)) === states);
  // A time that is in no spec is filled by no backfill: every second is.
  const fire = async (): Promise<void> => {
    await schedule.update((previous) => ({
      ...previous,
      spec: { calendars: [{ second: '*', minute: '*', hour: '*' }], endAt: time },
    }));
    await schedule.backfill({ start: time, end: new Date(time.getTime() + 500), overlap: 'BUFFER_ALL' });
  };
  const handleOf = async (type: 'scheduled' | 'training') =>
    pipeline().client.workflow.getHandle((await started(type))[0]!.workflowId);
  const recordOf = async (runId: string) => (await readRun(pipeline().store, runId))!;

  it('is named after its schedule and its time, as Azure names jobs, and is found by its schedule', async () => {
    await fire();
    await become('scheduled', 'COMPLETED');
    const [run] = await started('training');
    const [firing] = await started('scheduled');
    assert.equal(run!.workflowId, `${schedule.scheduleId}-20261124-060000`);
    assert.equal(firing!.memo!['runId'], run!.workflowId);
    assert.equal(run!.searchAttributes['MlModel']![0], 'diabetes');
    assert.equal((await recordOf(run!.workflowId)).startedBy, `schedule ${schedule.scheduleId}`);
    const longest = createScheduledRunId(`a${'_-9Z'.repeat(25)}`.slice(0, 100), time);
    for (const id of [run!.workflowId, longest]) assert.match(id, /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/);
  });

  it('of the same time again has a number, also where Temporal has forgotten the first', async () => {
    const first = `${schedule.scheduleId}-20261124-060000`;
    await mkdir(join(pipeline().store.root, 'runs', `${first}-2`), { recursive: true });
    await fire();
    await become('scheduled', 'COMPLETED');
    await fire();
    await become('scheduled', 'COMPLETED, COMPLETED');
    assert.deepEqual(
      (await started('training')).map(({ workflowId }) => workflowId),
      [first, `${first}-3`],
    );
  });

  it('leaves the id alone that a run started by hand has', async () => {
    const taken = `${schedule.scheduleId}-20261124-060000`;
    // Nothing of it is in the store yet: only Temporal knows it.
    await pipeline().writeScripts({ prep_data: 'sleep 60' });
    const other = await pipeline().start({ id: taken });
    await until(async () => (await other.query(progressQuery)).steps[0]!.state === 'running');
    await pipeline().writeScripts(quickScripts);
    await fire();
    await become('training', 'COMPLETED');
    assert.equal((await started('training'))[0]!.workflowId, `${taken}-2`);
    await other.cancel();
    await assert.rejects(other.result());
  });

  it('runs the code and the data as they are when it fires', async () => {
    await schedule.trigger();
    await become('training', 'COMPLETED');
    await pipeline().writeScripts({ train: 'echo "{\\"r2\\": 0.75}" > outputs/metrics.json' });
    await writeFile(join(pipeline().root, 'rows.csv'), 'bmi,target\n3,4\n');
    await until(() => Date.now() % 1000 < 100);
    await schedule.trigger();
    await become('training', 'COMPLETED, COMPLETED');
    const [before, after] = await Promise.all(
      (await started('training')).map((run) => recordOf(run.workflowId)),
    );
    assert.deepEqual([before!.metrics['r2'], after!.metrics['r2']], [0.2, 0.75]);
    assert.notEqual(before!.snapshot, after!.snapshot);
    assert.notEqual(before!.parameters['data'], after!.parameters['data']);
    assert.match(String(after!.parameters['data']), /^data\/[0-9a-f]{64}\/rows\.csv$/);
  });

  it('that fails makes its firing fail', async () => {
    await pipeline().writeScripts({ train: 'exit 1' });
    await schedule.trigger();
    await become('scheduled', 'FAILED');
    assert.equal(await statesOfStarted(pipeline().client, schedule, 'training'), 'FAILED');
  });

  it('is none where the working copy is broken, which the firing says', async () => {
    const file = join(pipeline().root, 'steps', 'train.yml');
    await rename(file, `${file}.away`);
    await schedule.trigger();
    await become('scheduled', 'FAILED');
    await rename(`${file}.away`, file);
    assert.deepEqual(await started('training'), []);
    const [firing] = await started('scheduled');
    await assert.rejects(
      pipeline().client.workflow.getHandle(firing!.workflowId).result(),
      (error: Error) => {
        const { cause } = error.cause as { cause: { type: string; message: string } };
        assert.equal(cause.type, 'COMPONENT_NOT_FOUND');
        assert.match(cause.message, /steps\/train\.yml/);
        return true;
      },
    );
  });

  describe('that is going on', () => {
    beforeEach(async () => {
      await rm(join(pipeline().root, 'trains'), { force: true });
      await pipeline().writeScripts({
        train: 'trap "" TERM; touch ../../../../trains; while :; do sleep 0.05; done',
      });
      await schedule.trigger();
      await until(() => exists(join(pipeline().root, 'trains')));
    });
    it('is cancelled with its firing, which ends when nothing of the run is alive', async () => {
      await (await handleOf('scheduled')).cancel();
      await become('scheduled', 'CANCELLED');
      const [[firing], [run]] = await Promise.all([started('scheduled'), started('training')]);
      assert.equal(run!.status.name, 'CANCELLED');
      assert.ok(run!.closeTime! <= firing!.closeTime!);
      assert.equal((await recordOf(run!.workflowId)).steps[1]!.state, 'cancelled');
    });

    it('is cancelled when its firing is terminated', async () => {
      await (await handleOf('scheduled')).terminate();
      await become('training', 'CANCELLED');
    });

    it('and is cancelled itself is no failure of its firing', async () => {
      const run = await handleOf('training');
      await run.signal(cancelRunSignal, { by: 'ann', reason: 'wrong data' });
      await become('scheduled', 'COMPLETED');
      assert.deepEqual(await (await handleOf('scheduled')).result(), {
        runId: run.workflowId,
        state: 'cancelled',
      });
    });
  });
});
