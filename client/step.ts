import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readComponent, type Component } from '../components/component.ts';
import { PipelineError } from '../errors/error.ts';
import { attemptPath, findWorkspaces, readAttempt, type AttemptRecord } from '../store/attempt.ts';
import { addData, openStore, type FileStore } from '../store/file.ts';
import { logPath } from '../store/log.ts';
import { listRuns, readRun } from '../store/run.ts';
import { readEnvironment } from '../targets/environment.ts';
import { localTarget } from '../targets/local.ts';
import { snapshotSteps } from '../targets/source.ts';
import { runStep } from '../targets/step.ts';
import type { AttemptName, StepInput } from '../workflows/messages.ts';
import { formatSeconds } from '../report/time.ts';
import { followFile } from './log.ts';
import { answer, answerJson, invocation, remark, type Session, resolveTyped } from './session.ts';

interface Options {
  /** `name=value` */
  given: string[];
  runId: string | undefined;
}

/** Runs one step of the working copy in this process, under a run id of its own. */
export async function runStepCommand(session: Session, name: string, options: Options): Promise<number> {
  const { io, config, pipeline } = session;
  const file = Object.hasOwn(pipeline.steps, name) ? pipeline.steps[name] : undefined;
  if (file === undefined)
    throw new PipelineError('STEP_NOT_FOUND', `There is no step ${name}.`, {
      hint: `The steps are ${Object.keys(pipeline.steps).join(', ')}.`,
    });
  const store = await openStore(config.store.value);
  const attempt: AttemptName = {
    runId: `step-${name}-${io
      .now()
      .toISOString()
      .replaceAll(/[-:]|\..*/g, '')}-${randomBytes(2).toString('hex')}`,
    executionId: 'here',
    step: name,
    attempt: 1,
  };
  const { component } = await readComponent(join(io.cwd, file));
  const inputs = await resolveInputs(session, store, component, attempt, options);
  const [snapshot, environment] = await Promise.all([
    snapshotSteps(store, io.cwd, pipeline.steps),
    readEnvironment(io.cwd),
  ]);
  const host = { store, environment, target: localTarget() };
  const request = {
    ...attempt,
    snapshot: snapshot.digest,
    inputs,
    parameters: [],
    forceRerun: true,
    maxLost: 1,
  };

  const interrupt = new AbortController();
  const off = io.onInterrupt(() => interrupt.abort(new Error('interrupted')));
  const log = followFile(() => findLog(store, attempt), io.stderr);
  let record: AttemptRecord;
  try {
    record = await runStep(host, request, interrupt.signal, () => undefined);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    remark(session, `${name} was ended; nothing of it is left.`);
    return 130;
  } finally {
    off();
    await log.stop();
  }
  const folder = join(store.root, attemptPath(record));
  await log.finish(join(folder, logPath));
  report(session, store, folder, record);
  return record.state === 'done' ? 0 : 1;
}

function report(session: Session, store: FileStore, folder: string, record: AttemptRecord): void {
  const { step, state, seconds, outputs, metrics, failure, runId } = record;
  const paths = Object.fromEntries(
    Object.entries(outputs).map(([name, { path }]) => [name, join(store.root, path)]),
  );
  if (session.format !== 'text') {
    answerJson(session, {
      runId,
      step,
      state,
      seconds,
      folder,
      outputs: paths,
      metrics,
      failure: failure ?? null,
    });
    return;
  }
  remark(
    session,
    `${step} ${state} in ${formatSeconds(seconds)}${failure === undefined ? '' : `: ${failure.message}`}`,
  );
  for (const [name, path] of Object.entries({ folder, ...paths })) answer(session, `${name}\t${path}`);
}

/** What was given, else what the step was given in a run, else a pipeline parameter's default, else the component's. */
async function resolveInputs(
  session: Session,
  store: FileStore,
  component: Component,
  { step, runId: ownId }: AttemptName,
  { given, runId }: Options,
): Promise<Record<string, StepInput>> {
  const own = { registry: session.config.registry.value, run_id: ownId };
  const before = await findInputs(session, store, step, runId);
  const flags = Object.fromEntries(given.map(splitInput));
  assertKnown(component, flags);
  const inputs: Record<string, StepInput> = {};
  const { parameters } = session.pipeline;
  for (const [name, { type, optional, default: initial }] of Object.entries(component.inputs)) {
    const isPath = type.startsWith('uri_');
    const flag = flags[name];
    if (flag !== undefined)
      inputs[name] = isPath ? await place(session, store, flag) : parseLiteral(type, flag);
    else if (name in own) inputs[name] = own[name as keyof typeof own];
    else if (before[name] !== undefined) inputs[name] = before[name];
    else if (isPath && parameters[name]?.type === 'file' && parameters[name].default !== undefined)
      inputs[name] = await place(session, store, join(session.io.cwd, String(parameters[name].default)));
    else if (initial === undefined && !optional)
      throw new PipelineError('INPUT_INVALID', `${step} needs ${name}, and no run has given it one.`, {
        hint: `Give it: --input ${name}=…; or start a run first: ${invocation} start --watch`,
      });
  }
  return inputs;
}

function splitInput(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new PipelineError('USAGE', `--input must look like name=value, not ${text}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function assertKnown(component: Component, flags: Record<string, string>): void {
  const unknown = Object.keys(flags).find((name) => !(name in component.inputs));
  if (unknown === undefined) return;
  throw new PipelineError('INPUT_INVALID', `${component.name} has no input ${unknown}.`, {
    hint: `Its inputs are ${Object.keys(component.inputs).join(', ')}.`,
  });
}

async function place(session: Session, store: FileStore, path: string): Promise<StepInput> {
  const placed = await addData(store, resolveTyped(session, path));
  return { path: placed, digest: placed.split('/')[1]! };
}

function parseLiteral(type: string, text: string): StepInput {
  if (type === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  const isNumber = type === 'number' || type === 'integer';
  return isNumber && text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

async function findInputs(
  session: Session,
  store: FileStore,
  step: string,
  runId: string | undefined,
): Promise<Record<string, StepInput>> {
  const named = runId === undefined ? undefined : await readRun(store, runId);
  if (runId !== undefined && named === undefined)
    throw new PipelineError('RUN_NOT_FOUND', `The store has no record of a run ${runId}.`, {
      hint: `${invocation} list shows the runs there are.`,
    });
  const runs = named === undefined ? await listRuns(store) : [named];
  for (const run of runs) {
    const attempt = run.steps.find(({ name }) => name === step)?.attempt ?? 0;
    const record = await readAttempt(store, { ...run, step, attempt });
    if (record === undefined) continue;
    remark(session, `inputs as in run ${run.runId}`);
    return record.inputs;
  }
  return {};
}

async function findLog(store: FileStore, attempt: AttemptName): Promise<string | undefined> {
  const [workspace] = await findWorkspaces(store, attempt);
  return workspace && join(store.root, 'work', workspace, 'attempt', logPath);
}
