/** One step, from its request to its committed result: the only place that runs one. */
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import {
  attemptToken,
  commitAttempt,
  commitReused,
  findWorkspaces,
  openWorkspace,
  readAttempt,
  removeWorkspace,
  withdrawWorkspace,
  type AttemptRecord,
} from '../store/attempt.ts';
import { describeFileError, type FileStore } from '../store/file.ts';
import { describeDifference } from '../store/difference.ts';
import { keepLog, logPath, takeUpLogs } from '../store/log.ts';
import {
  addReusable,
  findResult,
  findReusable,
  holdKey,
  recallLast,
  rememberLast,
  type Found,
} from '../store/reuse.ts';
import type { AttemptName, StepReport, StepRequest } from '../workflows/messages.ts';
import { collectResult } from './collection.ts';
import type { Environment } from './environment.ts';
import { layOutWorkspace, prepareStep, type Preparation } from './preparation.ts';
import { followProgress } from './progress.ts';
import { describeReuse, describeRun } from './reason.ts';
import type { Target } from './target.ts';

/** Where steps run and where their results go. */
export interface StepHost {
  store: FileStore;
  target: Target;
  environment: Environment;
}

/**
 * Runs a step, or takes its result from where it is already: from this attempt's own record, or, where the component
 * is deterministic and `forceRerun` is not set, from an earlier run with the same key. The result is committed in the
 * store before this returns.
 *
 * @param onReport called with the way to ask what the step is doing, whenever that is another one
 * @returns the committed record, whose state is `done` or `failed`
 * @throws the cancellation's reason, when no process of the attempt is alive any more
 */
export async function runStep(
  host: StepHost,
  request: StepRequest,
  cancellation: AbortSignal,
  onReport: (report: () => StepReport) => void,
): Promise<AttemptRecord> {
  const committed = await readAttempt(host.store, request);
  if (committed !== undefined) return settle(host.store, committed);

  const prepared = await prepareStep(host.store, host.environment, request);
  const kept = await keepResult(host.store, request, prepared);
  if ('record' in kept) return takeResult(host.store, request, prepared, kept.record);
  const reusable = prepared.component.isDeterministic && !request.forceRerun;
  if (!reusable) return execute(host, request, prepared, kept.missing, cancellation, onReport);
  const ready = await findReusable(host.store, prepared.key);
  if ('record' in ready) return takeResult(host.store, request, prepared, ready.record);
  const waits = { detail: 'waiting for another run that computes the same result' };
  const waiting = (): void => onReport(() => waits);
  return holdKey(host.store, prepared.key, cancellation, waiting, async () => {
    const found = await findReusable(host.store, prepared.key);
    if ('record' in found) return takeResult(host.store, request, prepared, found.record);
    return execute(host, request, prepared, found.missing ?? kept.missing, cancellation, onReport);
  });
}

/**
 * Ends every process and removes every work folder of an attempt, whichever worker they are of; what the attempt has
 * logged is kept.
 */
export async function endStep(
  { store, target }: Pick<StepHost, 'store' | 'target'>,
  name: AttemptName,
): Promise<void> {
  const folders = await findWorkspaces(store, name);
  // First of all: else a worker that lost touch with the server would commit that its step was killed here.
  for (const folder of folders) await withdrawWorkspace(store, folder);
  await target.end(attemptToken(name));
  for (const folder of folders) await closeWorkspace(store, folder);
}

async function closeWorkspace(store: FileStore, folder: string): Promise<void> {
  keepLog(store, folder);
  await removeWorkspace(store, folder);
}

/** The result of an old run, where it is what this step would compute; else what has become of it, or what has changed. */
async function keepResult(
  store: FileStore,
  { keep, forceRerun }: StepRequest,
  { key, parts }: Preparation,
): Promise<Found> {
  if (keep === undefined || forceRerun) return { missing: undefined };
  const found = await findResult(store, keep);
  if (!('record' in found) || found.record.key === key) return found;
  return { missing: describeDifference(found.record.parts, parts).join(', ') };
}

async function takeResult(
  store: FileStore,
  request: StepRequest,
  prepared: Preparation,
  from: AttemptRecord,
): Promise<AttemptRecord> {
  const now = new Date().toISOString();
  const { runId, executionId, attempt } = from.reused ?? from;
  return commitReused(store, {
    ...from,
    ...nameOf(request),
    inputs: request.inputs,
    key: prepared.key,
    parts: prepared.parts,
    reused: { runId, executionId, attempt },
    reusable: false,
    reason: describeReuse(runId),
    startedAt: now,
    finishedAt: now,
    seconds: 0,
  });
}

async function execute(
  host: StepHost,
  request: StepRequest,
  prepared: Preparation,
  missing: string | undefined,
  cancellation: AbortSignal,
  onReport: (report: () => StepReport) => void,
): Promise<AttemptRecord> {
  const { store, target } = host;
  // Only an execution whose worker died, or lost touch with the server, leaves a work folder.
  if ((await findWorkspaces(store, request)).length > 0) {
    await endStep(host, request);
    const committed = await readAttempt(store, request);
    if (committed !== undefined) return settle(store, committed);
  }
  const last = await recallLast(store, request.step);
  const workspace = await openWorkspace(store, request).catch((error: unknown) => {
    throw describeFileError(error);
  });
  const logFile = join(workspace.attempt, logPath);
  try {
    await takeUpLogs(store, request, logFile);
    const command = layOutWorkspace(store, host.environment, request, prepared, workspace);
    onReport(followProgress(logFile));
    const startedAt = new Date();
    const ended = await target.run(
      {
        command,
        cwd: workspace.code,
        env: prepared.component.environmentVariables ?? {},
        logFile,
        token: basename(workspace.root),
      },
      cancellation,
    );
    const result = await collectResult(store, request, prepared.component, workspace, ended);
    const record = await commitAttempt(store, workspace, {
      ...nameOf(request),
      ...result,
      inputs: request.inputs,
      reusable: prepared.component.isDeterministic && !request.forceRerun,
      reason: describeRun(request, prepared, missing, last),
      key: prepared.key,
      parts: prepared.parts,
      command,
      host: hostname(),
      startedAt: startedAt.toISOString(),
      finishedAt: new Date(startedAt.getTime() + ended.seconds * 1000).toISOString(),
      seconds: ended.seconds,
    });
    return await settle(store, record);
  } catch (error) {
    throw describeFileError(error);
  } finally {
    // Committed, it took its log along; else the log is what there is to tell why.
    await closeWorkspace(store, basename(workspace.root));
  }
}

/**
 * What follows a commit and may be repeated after a crash. A result of a forced run is not offered for reuse, as on
 * Azure ML.
 */
async function settle(store: FileStore, record: AttemptRecord): Promise<AttemptRecord> {
  if (record.state !== 'done' || record.reused !== undefined) return record;
  if (record.reusable) await addReusable(store, record);
  await rememberLast(store, record);
  return record;
}

const nameOf = ({ runId, executionId, step, attempt }: AttemptName): AttemptName => ({
  runId,
  executionId,
  step,
  attempt,
});
