/** A sweep as the client shows it, whoever still knows it. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { PipelineError } from '../../errors/error.ts';
import type { FileStore } from '../../store/file.ts';
import { readSweep } from '../../store/sweep.ts';
import { combinationAt, trainingId } from '../../workflows/grid.ts';
import { workflowQueue, type Parameters } from '../../workflows/messages.ts';
import { sweepProgressQuery, type SweepProgress } from '../../workflows/sweep-messages.ts';
import { isNotFound, type Temporal } from '../connection.ts';
import { answerTimeout, explainSilence, stateOf } from '../runs.ts';
import { invocation, type Session } from '../session.ts';
import type { ViewState } from '../view.ts';

export interface SweepView {
  sweepId: string;
  executionId: string;
  state: ViewState;
  /** Undefined until a worker has answered. */
  progress: SweepProgress | undefined;
  /** What keeps the sweep from going on. */
  notice?: string;
  url: string;
}

/** A sweep that is named, and where it is. */
export interface OpenSweep {
  temporal: Temporal;
  store: FileStore;
  sweepId: string;
}

/** The page of a sweep in the Web UI: its newest execution, for it may have continued as new. */
export function sweepUrl({ config }: Session, namespace: string, sweepId: string): string {
  const [space, id] = [namespace, sweepId].map(encodeURIComponent);
  return `${config.uiUrl.value.replace(/\/$/, '')}/namespaces/${space}/workflows/${id}`;
}

/**
 * A sweep as it is now.
 *
 * @throws PipelineError RUN_NOT_FOUND
 */
export async function readSweepView(session: Session, open: OpenSweep): Promise<SweepView> {
  const { temporal, store, sweepId } = open;
  const url = sweepUrl(session, temporal.namespace, sweepId);
  const record = await readSweep(store, sweepId);
  let description: WorkflowExecutionDescription;
  try {
    description = await temporal.client.workflow.getHandle(sweepId).describe();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    if (record === undefined) throw sweepNotFound(sweepId, temporal.namespace);
    return viewOfSweepRecord(record, url);
  }
  const executionId = description.raw.workflowExecutionInfo?.firstRunId ?? description.runId;
  const state = stateOf(description);
  const base = { sweepId, executionId, url };
  if (state !== 'running' && record?.executionId === executionId) return { ...base, state, progress: record };
  const progress = await querySweep(open).catch((error: unknown) => {
    if (isNotFound(error)) throw error;
    return undefined;
  });
  if (state !== 'running') return { ...base, state, progress };
  if (progress !== undefined) return { ...base, state: progress.state, progress };
  const notice = await explainSilence(temporal, workflowQueue(store.id), 'workflow');
  return { ...base, state, progress, notice };
}

/** A sweep that has ended, from its record. */
export const viewOfSweepRecord = (record: SweepProgress, url: string): SweepView => ({
  sweepId: record.sweepId,
  executionId: record.executionId,
  state: record.state,
  progress: record,
  url,
});

const sweepNotFound = (sweepId: string, namespace: string): PipelineError =>
  new PipelineError(
    'RUN_NOT_FOUND',
    `There is no sweep ${sweepId} in namespace ${namespace}, and no record of it in the store.`,
    { hint: `${invocation} list shows the runs and sweeps there are.` },
  );

/** What a worker answers about a sweep; rejects when none does within five seconds. */
export const querySweep = ({ temporal, sweepId }: OpenSweep): Promise<SweepProgress> =>
  temporal.connection.withDeadline(Date.now() + answerTimeout, () =>
    temporal.client.workflow.getHandle(sweepId).query(sweepProgressQuery),
  );

export interface Counts {
  total: number;
  waiting: number;
  running: number;
  completed: number;
  failed: number;
  cancelled: number;
}

/** How many trainings stand where. */
export function countTrainings({ count: total, running, results }: SweepProgress): Counts {
  const ended = { completed: 0, failed: 0, cancelled: 0 };
  for (const { state } of results) ended[state] += 1;
  return { total, waiting: total - running.length - results.length, running: running.length, ...ended };
}

/** The best training, with what it was given. */
export function describeBest({
  best,
  sweepId,
  grid,
  count,
}: SweepProgress): { runId: string; parameters: Parameters; value: number } | undefined {
  if (best?.value === undefined) return undefined;
  return {
    runId: trainingId(sweepId, best.index, count),
    parameters: combinationAt(grid, best.index),
    value: best.value,
  };
}
