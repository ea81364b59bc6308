/** Telling a run something: new parameters, or to stop. */
import { PipelineError } from '../errors/error.ts';
import { openStore, type FileStore } from '../store/file.ts';
import { readRun } from '../store/run.ts';
import { isSweep } from '../store/sweep.ts';
import {
  cancelRunSignal,
  failureTypes,
  workflowQueue,
  updateParametersUpdate,
  type Parameters,
} from '../workflows/messages.ts';
import { confirm } from './confirm.ts';
import { isDeadline, isNotFound, withTemporal, type Temporal } from './connection.ts';
import { workerInvocation } from '../errors/invocation.ts';
import { exitCodeOfState } from './outcome.ts';
import { placeFiles, readParameterFlags } from './parameters.ts';
import { createReporter } from './reporter.ts';
import {
  answerTimeout,
  assertRun,
  explainSilence,
  findLatestRun,
  readView,
  runNotFound,
  stateOf,
} from './runs.ts';
import { answer, answerJson, chooseRun, invocation, remark, type Session } from './session.ts';
import { describeUser } from './user.ts';
import { describeState, summarizeRun, type ViewState } from './view.ts';
import { watchRun } from './watch.ts';

/** A run that was named, or the latest, and where it is. */
export interface Open {
  temporal: Temporal;
  store: FileStore;
  runId: string;
}

/** Finds the run a command is about, and does something with it. */
export async function withRun(
  session: Session,
  given: string | undefined,
  use: (open: Open) => Promise<number>,
): Promise<number> {
  const store = await openStore(session.config.store.value);
  return withTemporal(session.config, async (temporal) => {
    await temporal.ready;
    const runId = await chooseRun(session, given, () => findLatestRun(temporal, store));
    return use({ temporal, store, runId });
  });
}

/** Changes parameters of a run, or shows them where none is given. */
export async function changeParameters(
  session: Session,
  given: string | undefined,
  options: Record<string, unknown>,
): Promise<number> {
  const change = readParameterFlags(options, session);
  return withRun(session, given, async (open) => {
    const { store, runId } = open;
    if (Object.keys(change).length === 0) {
      const { progress, notice } = await readView(session, open, runId);
      if (progress === undefined) throw noWorker(notice ?? 'no worker answers');
      return answerParameters(session, progress.parameters);
    }
    const placed = await placeFiles(store, session.pipeline, change);
    return answerParameters(session, await updateParameters(open, placed));
  });
}

/** Changes parameters of a run; returns all of them. */
export async function updateParameters(
  { temporal, store, runId }: Open,
  change: Parameters,
): Promise<Parameters> {
  const { client, connection } = temporal;
  // A worker that is gone would keep the update waiting for ever.
  await assertRunning(temporal, store, runId);
  try {
    return await connection.withDeadline(Date.now() + answerTimeout, () =>
      client.workflow.getHandle(runId).executeUpdate(updateParametersUpdate, { args: [change] }),
    );
  } catch (error) {
    if (isNotFound(error)) throw await finished(temporal, runId);
    if (
      isDeadline(error) ||
      (error instanceof Error && error.name === 'WorkflowUpdateRPCTimeoutOrCancelledError')
    )
      throw noWorker(
        `${await explainSilence(temporal, workflowQueue(store.id), 'workflow')}; the change may still be taken later`,
      );
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof Error && 'type' in cause && cause.type === failureTypes.parametersRefused)
      throw new PipelineError('PARAMETERS_REFUSED', `Run ${runId} refuses: ${cause.message}`, {
        hint: `Start another run with these values: ${invocation} start --help`,
        cause: error,
      });
    throw error;
  }
}

function answerParameters(session: Session, parameters: Parameters): number {
  if (session.format === 'text')
    for (const [name, value] of Object.entries(parameters)) answer(session, `${name}\t${value}`);
  else answerJson(session, parameters);
  return 0;
}

/** The error for a run that no worker answers for. */
export const noWorker = (reason: string): PipelineError =>
  new PipelineError('NO_WORKER', `The run does not answer: ${reason}.`, {
    hint: `Start a worker: ${workerInvocation}`,
  });

/** Throws where a run is not there or has ended. */
export async function assertRunning(temporal: Temporal, store: FileStore, runId: string): Promise<string> {
  try {
    const description = await temporal.client.workflow.getHandle(runId).describe();
    assertRun(description);
    if (description.status.name === 'RUNNING') return description.runId;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    if ((await readRun(store, runId)) === undefined) throw runNotFound(runId, temporal.namespace);
  }
  throw await finished(temporal, runId);
}

/** The error for a run that has ended. */
export async function finished({ client }: Temporal, runId: string): Promise<PipelineError> {
  const description = await client.workflow
    .getHandle(runId)
    .describe()
    .catch(() => undefined);
  const state = description === undefined ? 'has ended' : `has ended: ${describeState(stateOf(description))}`;
  return new PipelineError('RUN_FINISHED', `Run ${runId} ${state}.`, {
    hint: `${invocation} show ${runId} shows what it made; ${invocation} start starts another.`,
  });
}

/** Asks a run to stop; says that it has only when it is confirmed. */
export async function cancelRun(
  session: Session,
  given: string | undefined,
  { reason, wait, timeout }: { reason: string; wait: boolean; timeout: number | undefined },
): Promise<number> {
  return withRun(session, given, async ({ temporal, store, runId }) => {
    const executionId = await assertRunning(temporal, store, runId);
    const handle = temporal.client.workflow.getHandle(runId, executionId);
    await handle.signal(cancelRunSignal, { by: describeUser(), reason });
    if (!wait) {
      answerState(session, runId, 'cancelling');
      remark(session, `To wait until nothing of it is alive: ${invocation} cancel ${runId} --wait`);
      return 0;
    }
    const show = session.format === 'text' ? createReporter(session) : (): void => undefined;
    const { end, view } = await watchRun(
      session,
      { temporal, store },
      { runId, executionId },
      { timeout, show },
    );
    show(view);
    if (end !== 'ended') {
      answerState(session, runId, 'cancelling');
      return end === 'timeout' ? 8 : 130;
    }
    if (session.format === 'text') answerState(session, runId, view.state);
    else answerJson(session, summarizeRun(view, session.io.now()));
    // What was asked for has happened: that is success here, though a watcher of the run gets another code.
    return view.state === 'cancelled' ? 0 : exitCodeOfState(view.state);
  });
}

/** Ends a run in Temporal without any clean-up. */
export async function terminateRun(
  session: Session,
  given: string | undefined,
  { reason, yes }: { reason: string; yes: boolean },
): Promise<number> {
  return withRun(session, given, async ({ temporal, store, runId }) => {
    if (!(await isSweep(store, runId))) await assertRunning(temporal, store, runId);
    if (
      !yes &&
      !(await confirm(`Terminate ${runId}? Its processes are not ended and nothing is cleaned up.`))
    )
      return 2;
    await temporal.client.workflow
      .getHandle(runId)
      .terminate(reason)
      .catch(async (error: unknown) => {
        throw isNotFound(error) ? await finished(temporal, runId) : error;
      });
    answerState(session, runId, 'terminated');
    return 0;
  });
}

function answerState(session: Session, runId: string, state: ViewState): void {
  if (session.format === 'text') answer(session, `${runId} ${describeState(state)}`);
  else answerJson(session, { runId, state });
}
