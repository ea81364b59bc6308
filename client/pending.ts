import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { Progress, StepHeartbeat, StepReport } from '../workflows/messages.ts';

/** What the server knows of the steps that run. */
export interface Pending {
  /** What each is doing, by its name. */
  details: Record<string, StepReport>;
  /** The one that has waited longest for its first worker. */
  waits?: { queue: string | undefined; milliseconds: number };
}

/** What the steps that run are doing, by their heartbeats, and whether a worker has them. */
export async function readPending(
  description: WorkflowExecutionDescription,
  progress: Progress,
): Promise<Pending> {
  const running = progress.steps.filter((step) => step.state === 'running').map(({ name }) => name);
  const activities = await findActivities(description);
  const details: Pending['details'] = {};
  for (const { beat, detail } of activities) {
    // One that no worker has begun cannot say which step it is.
    const step = beat?.step ?? (running.length === 1 ? running[0] : undefined);
    if (step === undefined || !running.includes(step)) continue;
    const { step: _, ...report } = { step, ...beat };
    if (detail !== undefined) details[step] = { detail };
    else if (report.detail !== undefined) details[step] = { ...report, detail: report.detail };
  }
  const [late] = activities.toSorted((a, b) => b.waitsFor - a.waitsFor);
  if (late === undefined || late.waitsFor === 0) return { details };
  return { details, waits: { queue: late.queue, milliseconds: late.waitsFor } };
}

interface PendingActivity {
  beat: StepHeartbeat | undefined;
  /** Why the step is not at work. */
  detail: string | undefined;
  queue: string | undefined;
  /** How long it has waited for its first worker, in milliseconds; 0 once one has had it. */
  waitsFor: number;
}

// Temporal's PendingActivityState: no worker has it.
const scheduledState = 1;

async function findActivities({ raw }: WorkflowExecutionDescription): Promise<PendingActivity[]> {
  const { defaultPayloadConverter } = await import('@temporalio/common');
  const steps = (raw.pendingActivities ?? []).filter(({ activityType }) => activityType?.name === 'runStep');
  return steps.map((activity) => {
    const payload = activity.heartbeatDetails?.payloads?.[0];
    const waits = Number(activity.state) === scheduledState;
    const attempt = activity.attempt ?? 1;
    const since = Number(activity.scheduledTime?.seconds ?? 0) * 1000;
    return {
      beat: payload ? defaultPayloadConverter.fromPayload<StepHeartbeat>(payload) : undefined,
      detail: waits ? describeWait(attempt, activity.lastFailure?.message) : undefined,
      queue: activity.activityOptions?.taskQueue?.name ?? undefined,
      waitsFor: waits && attempt <= 1 ? Date.now() - since : 0,
    };
  });
}

function describeWait(attempt: number, failure: string | null | undefined): string {
  return attempt > 1 ? `tried again after: ${failure ?? 'a lost worker'}` : 'waiting for a worker';
}
