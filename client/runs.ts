/** Reading runs: from Temporal, from the worker that holds them, from the records in the store. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { PipelineError } from '../errors/error.ts';
import type { FileStore } from '../store/file.ts';
import { listRuns, readRun } from '../store/run.ts';
import { computeQueue, workflowQueue, progressQuery, type Progress } from '../workflows/messages.ts';
import { isNotFound, type Temporal } from './connection.ts';
import { readPending } from './pending.ts';
import { workerInvocation } from '../errors/invocation.ts';
import { invocation, runUrl, type Session } from './session.ts';
import type { RunView, ViewState } from './view.ts';

/** How long a worker may take to answer a query, in milliseconds. */
export const answerTimeout = 5000;

const states: Record<string, ViewState> = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed out',
};

/** The state of a run as Temporal has it. */
export const stateOf = ({ status }: Pick<WorkflowExecutionDescription, 'status'>): ViewState =>
  states[status.name] ?? 'running';

/**
 * A run as it is now, whoever still knows it.
 *
 * @throws PipelineError RUN_NOT_FOUND
 */
export async function readView(
  session: Session,
  { temporal, store }: { temporal: Temporal; store: FileStore },
  runId: string,
): Promise<RunView> {
  let description: WorkflowExecutionDescription;
  try {
    description = await temporal.client.workflow.getHandle(runId).describe();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const record = await readRun(store, runId);
    if (record === undefined) throw runNotFound(runId, temporal.namespace);
    return viewOfRecord(session, temporal.namespace, record);
  }
  assertRun(description);
  const executionId = description.runId;
  const state = stateOf(description);
  const base = {
    runId,
    executionId,
    url: runUrl(session, temporal.namespace, runId, executionId),
    details: {},
  };
  if (state !== 'running') {
    const progress = await readFinalProgress(temporal, store, { runId, executionId });
    return { ...base, state, progress };
  }
  const progress = await queryProgress(temporal, { runId, executionId }).catch((error: unknown) => {
    if (isNotFound(error)) throw error;
    return undefined;
  });
  if (progress === undefined)
    return {
      ...base,
      state,
      progress,
      notice: await explainSilence(temporal, workflowQueue(store.id), 'workflow'),
    };
  return {
    ...base,
    state: progress.state,
    progress,
    ...(await readDoing(temporal, store, description, progress)),
  };
}

/** What only the server knows of a run that goes on: what its steps are doing, and that none does it. */
export async function readDoing(
  temporal: Temporal,
  store: FileStore,
  description: WorkflowExecutionDescription,
  progress: Progress,
): Promise<Pick<RunView, 'details' | 'notice'>> {
  const { details, waits } = await readPending(description, progress);
  if (waits === undefined || waits.milliseconds <= answerTimeout) return { details };
  return {
    details,
    notice: await explainSilence(temporal, waits.queue ?? computeQueue(store.id), 'activity'),
  };
}

/** @throws PipelineError RUN_NOT_FOUND where it is a sweep: it has no steps and takes no message of a run's but to cancel */
export function assertRun({
  workflowId,
  type,
}: Pick<WorkflowExecutionDescription, 'workflowId' | 'type'>): void {
  if (type !== 'sweep') return;
  throw new PipelineError('RUN_NOT_FOUND', `${workflowId} is a sweep, not a run.`, {
    hint: `${invocation} list --sweep ${workflowId} lists its runs; watch, progress, show and cancel take a sweep.`,
  });
}

/** The error for a run nobody knows. */
export const runNotFound = (runId: string, namespace: string): PipelineError =>
  new PipelineError(
    'RUN_NOT_FOUND',
    `There is no run ${runId} in namespace ${namespace}, and no record of it in the store.`,
    {
      hint: `${invocation} list shows the runs there are.`,
    },
  );

/** A run that has ended, from its record. */
export function viewOfRecord(session: Session, namespace: string, record: Progress): RunView {
  const { runId, executionId, state } = record;
  return {
    runId,
    executionId,
    state,
    progress: record,
    details: {},
    url: runUrl(session, namespace, runId, executionId),
  };
}

/** What a worker answers about a run; rejects when none does within five seconds. */
export async function queryProgress(
  { client, connection }: Temporal,
  { runId, executionId }: { runId: string; executionId: string },
): Promise<Progress> {
  const handle = client.workflow.getHandle(runId, executionId);
  return connection.withDeadline(Date.now() + answerTimeout, () => handle.query(progressQuery));
}

/** The progress of a run that has ended: its record, else what a worker makes of its history. */
export async function readFinalProgress(
  temporal: Temporal,
  store: FileStore,
  run: { runId: string; executionId: string },
): Promise<Progress | undefined> {
  const record = await readRun(store, run.runId);
  if (record?.executionId === run.executionId) return record;
  return queryProgress(temporal, run).catch(() => undefined);
}

/** Why nobody answers: says whether a worker polls the queue at all. */
export async function explainSilence(
  temporal: Temporal,
  queue: string,
  kind: 'workflow' | 'activity',
): Promise<string> {
  const pollers = await countPollers(temporal, queue, kind);
  if (pollers === 0) return `no worker is polling queue ${queue}; start one: ${workerInvocation}`;
  return `no worker has answered on queue ${queue} for ${answerTimeout / 1000} s; if none runs, start one: ${workerInvocation}`;
}

// Temporal's TaskQueueType.
const queueTypes = { workflow: 1, activity: 2 } as const;

/** How many pollers a queue has had in the last minute. */
export const countPollers = async (
  temporal: Temporal,
  queue: string,
  kind: 'workflow' | 'activity',
): Promise<number> => (await readPollers(temporal, queue, kind)).length;

/** A worker that polls a queue. */
export interface Poller {
  /** `4711@laptop`. */
  identity: string;
  /** Of its workflow code, where it has one. */
  build: string | undefined;
}

// Temporal's WorkerVersioningMode.
const versioned = 2;

/** The pollers a queue has had in the last minute. */
export async function readPollers(
  { connection, namespace }: Temporal,
  queue: string,
  kind: 'workflow' | 'activity',
): Promise<Poller[]> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum is in a package that is not ours to import
    taskQueueType: queueTypes[kind],
  });
  // Temporal remembers a poller for five minutes; a poll lasts at most one.
  const recent = Date.now() / 1000 - 70;
  return (pollers ?? [])
    .filter((poller) => Number(poller.lastAccessTime?.seconds ?? 0) > recent)
    .map(({ identity, deploymentOptions: options }) => ({
      identity: identity ?? '',
      build:
        Number(options?.workerVersioningMode) === versioned ? (options?.buildId ?? undefined) : undefined,
    }));
}

/**
 * What finds the runs and sweeps of a store, and not what a sweep has started, nor the firings of schedules: a run that
 * has a parent is a sweep's, unless it carries its schedule's name.
 */
export const queryRuns = ({ id }: FileStore): string =>
  `TaskQueue = '${workflowQueue(id)}' AND WorkflowType != 'scheduled' AND ExecutionStatus != 'ContinuedAsNew' ` +
  'AND (ParentWorkflowId IS NULL OR TemporalScheduledById IS NOT NULL)';

/** What finds the runs of a sweep. */
export const querySweepRuns = ({ id }: FileStore, sweepId: string): string =>
  `TaskQueue = '${workflowQueue(id)}' AND ParentWorkflowId = '${sweepId.replaceAll("'", "''")}'`;

/** The id of the run that was started last, not by a sweep. */
export async function findLatestRun(temporal: Temporal, store: FileStore): Promise<string | undefined> {
  const runs = temporal.client.workflow.list({
    query: `${queryRuns(store)} AND WorkflowType != 'sweep'`,
    pageSize: 1,
  });
  for await (const { workflowId } of runs) return workflowId;
  return (await listRuns(store))[0]?.runId;
}
