import { join } from 'node:path';
import type {
  Client,
  ScheduleHandle,
  ScheduleOverlapPolicy,
  ScheduleSpec,
  WorkflowExecutionInfo,
} from '@temporalio/client';
import { workflowQueue, type ScheduledInput } from '../workflows/messages.ts';
import type { scheduled } from '../workflows/scheduled.ts';
import type { Project } from './project.ts';

/** What a test wants otherwise than `createSchedule` has it. */
export interface ScheduleChange {
  id?: string;
  spec?: ScheduleSpec;
  overlap?: ScheduleOverlapPolicy;
  /** In milliseconds. */
  catchupWindow?: number;
}

let count = 0;

/** Creates a schedule of a project, which fires only when it is told to unless a spec is given. */
export async function createSchedule(
  client: Client,
  { root, store }: Project,
  { id, spec = {}, overlap = 'SKIP', catchupWindow = 60_000 }: ScheduleChange = {},
): Promise<ScheduleHandle> {
  const schedule = id ?? `nightly-${process.pid}-${Date.now().toString(36)}-${count++}`;
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
      searchAttributes: ['MlPipeline', 'MlTarget', 'MlModel', 'MlR2'],
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

/** What a schedule has started, oldest first: `scheduled` are its firings, `training` their runs. */
export async function listStarted(
  client: Client,
  { scheduleId }: ScheduleHandle,
  type: 'scheduled' | 'training',
): Promise<WorkflowExecutionInfo[]> {
  const found = [];
  const query = `TemporalScheduledById = '${scheduleId}' AND WorkflowType = '${type}'`;
  for await (const one of client.workflow.list({ query })) found.push(one);
  return found.toSorted((a, b) => a.startTime.getTime() - b.startTime.getTime());
}

/** The states of what a schedule has started: `COMPLETED, RUNNING`. */
export async function statesOfStarted(...what: Parameters<typeof listStarted>): Promise<string> {
  return (await listStarted(...what)).map(({ status }) => status.name).join(', ');
}
