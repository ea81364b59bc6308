import type { Client, ScheduleHandle, ScheduleOverlapPolicy, ScheduleSpec } from '@temporalio/client';
import { workflowQueue, type ScheduledInput } from '../workflows/messages.ts';
import type { scheduled } from '../workflows/scheduled.ts';
import type { Project } from './project.ts';
import { join } from 'node:path';

/** What a test wants otherwise than `createSchedule` has it. */
export interface ScheduleChange {
  id?: string;
  spec?: ScheduleSpec;
  overlap?: ScheduleOverlapPolicy;
  catchupWindow?: number;
  run?: Partial<ScheduledInput['run']>;
}

let count = 0;

/** Creates a schedule of a project, which fires only when it is told to unless a spec is given. */
export async function createSchedule(
  client: Client,
  { root, store }: Pick<Project, 'root' | 'store'>,
  { id, spec = {}, overlap = 'SKIP', catchupWindow = 60_000, run }: ScheduleChange = {},
): Promise<ScheduleHandle> {
  const schedule = id ?? `nightly-${process.pid}-${count++}`;
  const input: ScheduledInput = {
    schedule,
    root,
    run: {
      pipeline: 'training',
      parameters: {
        data: join(root, 'rows.csv'),
        features: 'bmi',
        test_size: 0.2,
        random_state: 0,
        model_name: 'diabetes',
      },
      store: { uri: store.uri, id: store.id },
      registry: join(root, 'registry'),
      target: 'local',
      forceRerun: false,
      maxAttempts: 3,
      heartbeatTimeout: 5000,
      searchAttributes: [],
      ...run,
    },
  };
  return client.schedule.create<typeof scheduled>({
    scheduleId: schedule,
    spec,
    policies: { overlap, catchupWindow },
    action: {
      type: 'startWorkflow',
      workflowType: 'scheduled',
      workflowId: schedule,
      taskQueue: workflowQueue(store.id),
      args: [input],
    },
  });
}
