import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { Temporal } from '../connection.ts';
import { stateOf } from '../runs.ts';
import type { ViewState } from '../view.ts';

/** One firing of a schedule, and the run it has started. */
export interface Firing {
  /** Null before a worker has started the run, and where that failed. */
  runId: string | null;
  state: ViewState;
  /** The time it was due. */
  dueAt: string | null;
  startedAt: string;
  /** What the schedule has started, which starts the run. */
  workflowId: string;
}

/** The last firings of a schedule, the newest first. */
export async function listFirings({ client }: Temporal, name: string, limit: number): Promise<Firing[]> {
  const found: WorkflowExecutionInfo[] = [];
  // Two for each: the run, and what the schedule itself has started.
  const query = `TemporalScheduledById = '${name}'`;
  for await (const one of client.workflow.list({ query, pageSize: 2 * limit })) {
    found.push(one);
    if (found.length >= 2 * limit) break;
  }
  const runs = new Map(found.filter((one) => one.type !== 'scheduled').map((one) => [one.workflowId, one]));
  return found
    .filter((one) => one.type === 'scheduled')
    .map((one) => {
      const runId = (one.memo?.['runId'] as string | undefined) ?? null;
      const due = one.searchAttributes['TemporalScheduledStartTime']?.[0];
      return {
        runId,
        state: stateOf((runId === null ? undefined : runs.get(runId)) ?? one),
        dueAt: due instanceof Date ? due.toISOString() : null,
        startedAt: one.startTime.toISOString(),
        workflowId: one.workflowId,
      };
    });
}
