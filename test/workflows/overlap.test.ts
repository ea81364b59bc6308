import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScheduleDescription, ScheduleHandle, ScheduleOverlapPolicy } from '@temporalio/client';
import { usePipeline } from '../pipeline.ts';
import { quickScripts } from '../project.ts';
import { createSchedule, listStarted, statesOfStarted } from '../schedules.ts';
import { until } from '../until.ts';

// The run's id, without its time, is its schedule's.
const holding = `run="\${TEMPORAL_AZUREML_ATTEMPT%%~*}"; until [ -e "../../../../go.\${run%-*-*}" ]; do sleep 0.05; done
${quickScripts.train}`;

const waiting = ({ raw }: ScheduleDescription): number => Number(raw.info?.bufferSize ?? 0);

describe('a schedule that fires each second while its run goes on', () => {
  const pipeline = usePipeline({ train: holding });
  let schedule: ScheduleHandle;

  async function start(overlap: ScheduleOverlapPolicy): Promise<void> {
    schedule = await createSchedule(pipeline().client, pipeline(), {
      overlap,
      spec: { intervals: [{ every: '1s' }] },
    });
    await until(async () => (await started('training')).length > 0);
  }
  afterEach(async () => {
    await schedule.delete();
    await go();
    for (const type of ['scheduled', 'training'] as const)
      await until(async () => !(await states(type)).includes('RUNNING'));
    await rm(goFile());
  });

  const goFile = (): string => join(pipeline().root, `go.${schedule.scheduleId}`);
  const go = (): Promise<void> => writeFile(goFile(), '');
  const started = (type: 'scheduled' | 'training') => listStarted(pipeline().client, schedule, type);
  const states = (type: 'scheduled' | 'training') => statesOfStarted(pipeline().client, schedule, type);
  const become = (holds: (description: ScheduleDescription) => boolean): Promise<void> =>
    until(async () => holds(await schedule.describe()));

  it('with skip leaves firings out until the run has ended, and counts them', async () => {
    await start('SKIP');
    await become(({ info }) => info.numActionsSkippedOverlap >= 2);
    assert.equal(await states('training'), 'RUNNING');
    await go();
    await until(async () => (await states('training')).startsWith('COMPLETED, '));
  });

  it('with buffer-one has one wait and leaves the others out', async () => {
    await start('BUFFER_ONE');
    await become(({ info }) => info.numActionsSkippedOverlap >= 1);
    assert.equal(waiting(await schedule.describe()), 1);
    assert.equal(await states('training'), 'RUNNING');
    await go();
    await until(async () => (await states('training')).startsWith('COMPLETED, COMPLETED'));
  });

  it('with buffer-all has all wait, one after the other', async () => {
    await start('BUFFER_ALL');
    await become((description) => waiting(description) >= 2);
    await go();
    await until(async () => (await states('training')).startsWith('COMPLETED, COMPLETED, COMPLETED'));
    const [first, second, third] = await started('scheduled');
    assert.ok(second!.startTime >= first!.closeTime! && third!.startTime >= second!.closeTime!);
    assert.equal((await schedule.describe()).info.numActionsSkippedOverlap, 0);
  });

  it('and is paused forgets those that wait', async () => {
    await start('BUFFER_ALL');
    await become((description) => waiting(description) >= 2);
    await schedule.pause();
    await go();
    await until(async () => (await states('scheduled')) === 'COMPLETED');
    await become((description) => waiting(description) === 0);
    const { info } = await schedule.describe();
    assert.deepEqual([info.numActionsTaken, info.runningActions], [1, []]);
  });

  it('with cancel-other starts the next when nothing of the run is alive', async () => {
    await start('CANCEL_OTHER');
    await until(async () => (await states('training')).startsWith('CANCELLED, RUNNING'));
    await schedule.pause();
    const [[before], [, after]] = await Promise.all([started('training'), started('scheduled')]);
    assert.ok(before!.closeTime! <= after!.startTime);
  });

  it('with terminate-other asks the run to stop, which it does', async () => {
    await start('TERMINATE_OTHER');
    await until(async () => (await states('training')).startsWith('CANCELLED, '));
    assert.match(await states('scheduled'), /^TERMINATED, /);
  });

  it('with allow-all has runs side by side', async () => {
    await start('ALLOW_ALL');
    await until(async () => (await states('training')).startsWith('RUNNING, RUNNING'));
    await schedule.pause();
  });
});
