import { randomBytes } from 'node:crypto';
import { PipelineError } from '../errors/error.ts';
import { openStore, type FileStore } from '../store/file.ts';
import type { Parameters, RunInput, SearchAttribute } from '../workflows/messages.ts';
import type { StartOptions } from './commands/start.ts';
import { withTemporal, type Temporal } from './connection.ts';
import { completeParameters, readParameterFlags } from './parameters.ts';
import { createReporter } from './reporter.ts';
import { createRunInput, readRunRules, type Prepared } from './run-input.ts';
import { answer, answerJson, invocation, remark, runUrl, type Session } from './session.ts';
import { describeState } from './view.ts';

/** Starts a run, and watches it where that was asked for. */
export async function startCommand(
  session: Session,
  options: StartOptions & Record<string, unknown>,
  timeout: number | undefined,
): Promise<number> {
  const given = completeParameters(readParameterFlags(options, session), session);
  const rules = readRunRules(options, session);
  if (options.id !== undefined) assertRunId(options.id);
  return withPrepared(session, prepare(session, given), async (temporal, prepared, searchAttributes) => {
    const input = createRunInput(session, prepared, rules, searchAttributes);
    const started = await startRun(session, temporal, input, options.id);
    return followStart(session, temporal, prepared.store, { ...started, input }, { ...options, timeout });
  });
}

/** Reaches Temporal while what is to be started is being prepared, and does something with both. */
export function withPrepared<T>(
  { config }: Session,
  preparing: Promise<T>,
  use: (temporal: Temporal, prepared: T, searchAttributes: SearchAttribute[]) => Promise<number>,
): Promise<number> {
  // Awaited below; when the server is found missing first, that is the error.
  preparing.catch(() => undefined);
  return withTemporal(config, async (temporal) => {
    const [prepared, searchAttributes] = await Promise.all([
      preparing,
      readSearchAttributes(temporal),
      temporal.ready,
    ]);
    return use(temporal, prepared, searchAttributes);
  });
}

/** How a started run is followed. */
export interface FollowOptions {
  watch?: boolean;
  cancelOnInterrupt?: boolean;
  timeout: number | undefined;
}

/** Says what was started, or watches it to its end; returns the exit code. */
export async function followStart(
  session: Session,
  temporal: Temporal,
  store: FileStore,
  started: Started & { input: RunInput },
  { watch, cancelOnInterrupt = false, timeout }: FollowOptions,
): Promise<number> {
  const { runId, executionId, already, input } = started;
  if (watch !== true) {
    const url = runUrl(session, temporal.namespace, runId, executionId);
    reportStart(session, { ...started, url }, input.parameters);
    return 0;
  }
  if (already) remark(session, `run ${runId} is already running; watching it`);
  const [{ watchRun }, { reportEnd }] = await Promise.all([import('./watch.ts'), import('./outcome.ts')]);
  const show = createReporter(session, { cancelOnInterrupt });
  const watched = await watchRun(session, { temporal, store }, started, { timeout, cancelOnInterrupt, show });
  show(watched.view);
  return reportEnd(session, store, watched);
}

/** Resolves the code and the data of a run before it starts: a run never reads the working copy. */
export async function prepare(
  { config, io, pipeline }: Session,
  given: Parameters,
): Promise<Prepared & { store: FileStore }> {
  const store = await openStore(config.store.value);
  const { resolveSource } = await import('../targets/source.ts');
  const files = { components: pipeline.steps, specs: pipeline.parameters };
  return { store, ...(await resolveSource(store, io.cwd, files, given)) };
}

/** A run that was started, or was going on already under the same id. */
export interface Started {
  runId: string;
  executionId: string;
  already: boolean;
}

/**
 * Starts a run.
 *
 * @param id its run id; made from the time where none is given
 * @throws PipelineError RUN_ID_TAKEN
 */
export async function startRun(
  { io, pipeline }: Session,
  { client }: Temporal,
  input: RunInput,
  id?: string,
): Promise<Started> {
  const { createRunId, workflowQueue } = await import('../workflows/messages.ts');
  const { describeStart } = await import('../workflows/start-options.ts');
  const runId = id ?? createRunId(pipeline.name, io.now(), randomBytes(2).toString('hex'));
  try {
    const handle = await client.workflow.start(pipeline.name, {
      workflowId: runId,
      taskQueue: workflowQueue(input.store.id),
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      ...describeStart(input),
    });
    return { runId, executionId: handle.firstExecutionRunId, already: false };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowExecutionAlreadyStartedError') throw error;
    const description = await client.workflow.getHandle(runId).describe();
    const executionId = description.runId;
    const { stateOf } = await import('./runs.ts');
    if (description.status.name === 'RUNNING') return { runId, executionId, already: true };
    throw new PipelineError(
      'RUN_ID_TAKEN',
      `The run id ${runId} was used by a run that has ended: ${describeState(stateOf(description))}.`,
      {
        hint: `Give another --id, or leave it out; ${invocation} show ${runId} shows that run.`,
        cause: error,
      },
    );
  }
}

function reportStart(
  session: Session,
  { runId, executionId, already, url }: Started & { url: string },
  parameters: Parameters,
): void {
  if (session.format !== 'text') {
    answerJson(session, { runId, executionId, state: 'running', alreadyRunning: already, parameters, url });
    return;
  }
  answer(session, runId);
  remark(session, already ? 'This run was already running; nothing was started.' : `Temporal  ${url}`);
  remark(session, `Next: ${invocation} watch ${runId}`);
  remark(session, `      ${invocation} cancel ${runId}`);
}

/** Which of our search attributes the namespace has: a workflow cannot ask, and an unknown one fails its task for ever. */
export async function readSearchAttributes({ connection, namespace }: Temporal): Promise<SearchAttribute[]> {
  const { searchAttributeTypes } = await import('../workflows/messages.ts');
  const indexedTypes: Record<string, number> = { KEYWORD: 2, DOUBLE: 4 };
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const names = Object.keys(searchAttributeTypes) as SearchAttribute[];
  return names.filter((name) => customAttributes?.[name] === indexedTypes[searchAttributeTypes[name]]);
}

const runIdPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** @throws PipelineError USAGE where a run cannot have this id */
export function assertRunId(id: string): void {
  if (runIdPattern.test(id)) return;
  throw new PipelineError('USAGE', `--id must not be ${JSON.stringify(id)}.`, {
    hint: 'It is 1 to 128 letters, digits, dots, dashes and underscores, and starts with a letter or a digit.',
  });
}
