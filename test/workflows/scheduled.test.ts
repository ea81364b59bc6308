import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScheduleHandle, WorkflowExecutionInfo } from '@temporalio/client';
import { exists } from '../../store/file.ts';
import { readRun } from '../../store/run.ts';
import { usePipeline } from '../pipeline.ts';
import { createSchedule, type ScheduleChange } from '../schedules.ts';
import { until } from '../until.ts';

describe('a scheduled run', () => {
  const pipeline = usePipeline();
  const schedules: ScheduleHandle[] = [];
  const create = async (change?: ScheduleChange): Promise<ScheduleHandle> => {
    const handle = await createSchedule(pipeline().client, pipeline(), change);
    schedules.push(handle);
    return handle;
  };
  after(() => Promise.all(schedules.map((handle) => handle.delete())));

  /** What a schedule has started: itself, and the runs of that. */
  async function find(
    { scheduleId }: ScheduleHandle,
    type: 'scheduled' | 'training',
  ): Promise<WorkflowExecutionInfo[]> {
    const found = [];
    const query = `TemporalScheduledById = '${scheduleId}' AND WorkflowType = '${type}'`;
    for await (const one of pipeline().client.workflow.list({ query })) found.push(one);
    return found.toSorted((a, b) => a.startTime.getTime() - b.startTime.getTime());
  }
  const states = async (handle: ScheduleHandle, type: 'scheduled' | 'training'): Promise<string> =>
    (await find(handle, type)).map(({ status }) => status.name).join(', ');

  it('has an id made of its schedule and its time, which Azure accepts as the name of a job', async () => {
    const handle = await create();
    await handle.backfill({ start: new Date('2026-11-24T06:00:00Z'), end: new Date('2026-11-24T06:00:00Z') });
    await handle.trigger();
    await until(async () => (await states(handle, 'training')) === 'COMPLETED');
    const [run] = await find(handle, 'training');
    assert.match(run!.workflowId, /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/);
    console.log(run, await find(handle, 'scheduled'));
  });
});
