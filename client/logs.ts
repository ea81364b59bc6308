import { join } from 'node:path';
import { PipelineError } from '../errors/error.ts';
import { findLogs, logPath, statLog, type StepLog } from '../store/log.ts';
import type { FileStore } from '../store/file.ts';
import { findView } from './inspect.ts';
import { copyFrom, findTail } from './log.ts';
import { findAttemptFolder } from './outcome.ts';
import { answerJson, invocation, remark, type Session } from './session.ts';
import { isFinal, type RunView } from './view.ts';

/** Which log is meant, and how much of it. */
export interface LogOptions {
  step: string | undefined;
  attempt: number | undefined;
  /** Lines from the end; all of them by default. */
  tail: number | undefined;
  follow: boolean;
}

/** A log of a run, or of the run whose result it took. */
export interface RunLog extends StepLog {
  reused?: string;
}

/** Prints the log of a step as it is in the store; with `follow` until the run, or the step that was named, has ended. */
export async function showLogs(
  session: Session,
  given: string | undefined,
  options: LogOptions,
): Promise<number> {
  const { view, store } = await findView(session, given);
  assertStep(view, options.step);
  if (options.follow && !isFinal(view.state)) {
    const { followLogs } = await import('./following.ts');
    return followLogs(session, store, view, options);
  }
  const log = chooseLog(await listLogs(store, view, options), view);
  if (log === undefined) throw notFound(view, options);
  if (session.format === 'text') {
    if (options.step === undefined) announce(session, log);
    await copyFrom(log.path, await startOf(log, options), session.io.stdout);
    return 0;
  }
  const { runId, executionId } = view;
  const { step, attempt, path, live, size, reused = null } = log;
  answerJson(session, { runId, executionId, step, attempt, reused, path, live, size });
  return 0;
}

/** Where in the log to begin. */
export const startOf = async ({ path }: StepLog, { tail }: LogOptions): Promise<number> =>
  tail === undefined ? 0 : findTail(path, tail);

/** Says on stderr which log comes now. */
export const announce = (session: Session, { step, attempt, reused }: RunLog): void =>
  remark(
    session,
    `--- ${step}, ${reused === undefined ? `attempt ${attempt}` : `reused from run ${reused}`} ---`,
  );

/** The logs that may be meant, in the order of the run's steps; while no worker answers, in that of their last lines. */
export async function listLogs(
  store: FileStore,
  { runId, executionId, progress }: RunView,
  { step, attempt }: Pick<LogOptions, 'step' | 'attempt'>,
): Promise<RunLog[]> {
  const logs: RunLog[] = await findLogs(store, { runId, executionId });
  for (const { reused, ...one } of progress?.steps ?? []) {
    const folder = reused === undefined ? undefined : await findAttemptFolder(store, progress!, one);
    if (folder === undefined) continue;
    const log = statLog(one.name, one.attempt, join(folder, logPath), false);
    if (log !== undefined) logs.push({ ...log, reused: reused! });
  }
  const place = ({ step: name, writtenAt }: RunLog): number =>
    progress?.steps.findIndex((one) => one.name === name) ?? writtenAt;
  return logs
    .filter((log) => step === undefined || log.step === step)
    .filter((log) => attempt === undefined || log.attempt === attempt)
    .toSorted((a, b) => place(a) - place(b) || a.attempt - b.attempt);
}

/** The log of the step that runs, else the last in which there is something, else the last. */
export function chooseLog(logs: RunLog[], { progress }: RunView): RunLog | undefined {
  const runs = ({ step, attempt, live }: RunLog): boolean =>
    live ||
    progress?.steps.some((one) => one.state === 'running' && one.name === step && one.attempt === attempt) ===
      true;
  return logs.findLast(runs) ?? logs.findLast(({ size }) => size > 0) ?? logs.at(-1);
}

function assertStep({ runId, progress }: RunView, step: string | undefined): void {
  if (step === undefined || progress === undefined) return;
  const names = progress.steps.map(({ name }) => name);
  if (names.includes(step)) return;
  throw new PipelineError('STEP_NOT_FOUND', `Run ${runId} has no step ${step}.`, {
    hint: `It has ${names.join(', ')}.`,
  });
}

function notFound({ runId, state }: RunView, { step, attempt }: LogOptions): PipelineError {
  const number = attempt === undefined ? '' : `, attempt ${attempt},`;
  const what = step === undefined ? `No step${number} has` : `${step}${number} has no`;
  const log = step === undefined ? 'a log' : 'log';
  const hint = isFinal(state)
    ? `${invocation} progress ${runId} shows which steps have run.`
    : `To wait for it: ${[invocation, 'logs', runId, step, '--follow'].filter(Boolean).join(' ')}`;
  return new PipelineError('LOG_NOT_FOUND', `${what} ${log} in run ${runId}.`, { hint });
}
