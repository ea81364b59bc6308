import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readAttempt, resultPath } from '../store/attempt.ts';
import type { FileStore } from '../store/file.ts';
import { keptLogsPath } from '../store/log.ts';
import type { StepProgress } from '../workflows/messages.ts';
import type { ExitCode } from './exit.ts';
import { renderOutcome } from './render.ts';
import { findReport } from './report.ts';
import { answer, answerJson, invocation, remark, type Session } from './session.ts';
import { summarizeRun, type RunView, type ViewState } from './view.ts';
import type { WatchEnd } from './watch.ts';

/** The exit code for the state a run has ended in. */
export function exitCodeOfState(state: ViewState): ExitCode {
  if (state === 'completed') return 0;
  return state === 'cancelled' || state === 'terminated' ? 3 : 1;
}

/** Says what a watched run has come to and what can be done next; returns the exit code. */
export async function reportEnd(
  session: Session,
  store: FileStore,
  { end, view }: { end: WatchEnd; view: RunView },
): Promise<ExitCode> {
  if (end !== 'ended') return reportLeaving(session, end, view);
  if (session.format === 'text') {
    for (const line of renderOutcome(view, await findFigures(store, view))) answer(session, line);
    const report = await findReport(store, view);
    if (report !== undefined) remark(session, `Report  ${report}`);
    for (const line of nextCommands(view)) remark(session, line);
  } else {
    answerJson(session, summarizeRun(view, session.io.now()));
  }
  return exitCodeOfState(view.state);
}

function reportLeaving(session: Session, end: 'detached' | 'timeout', view: RunView): ExitCode {
  if (session.format !== 'text') answerJson(session, summarizeRun(view, session.io.now()));
  const why = end === 'timeout' ? 'The time is up; the run goes on.' : 'Detached; the run goes on.';
  remark(session, `${why} To watch it again: ${invocation} watch ${view.runId}`);
  remark(session, `To stop it: ${invocation} cancel ${view.runId}`);
  return end === 'timeout' ? 8 : 130;
}

function nextCommands({ state, runId, progress }: RunView): string[] {
  const failed = progress?.steps.find((step) => step.state === 'failed');
  if (failed !== undefined)
    return [`Next: ${invocation} show ${runId}`, `      ${invocation} logs ${runId} ${failed.name}`];
  if (state !== 'completed') return [`Next: ${invocation} show ${runId}`];
  const model = progress?.model;
  return [
    `Next: ${invocation} show ${runId}`,
    ...(model === undefined ? [] : [`      ${invocation} models download ${model.name}:${model.version}`]),
  ];
}

/** The folder in the store that holds what a step has left, also where it was another run that left it. */
export async function findAttemptFolder(
  store: FileStore,
  { runId, executionId }: { runId: string; executionId: string },
  { name, attempt }: StepProgress,
): Promise<string | undefined> {
  const record = await readAttempt(store, { runId, executionId, step: name, attempt });
  if (record === undefined) return undefined;
  return join(store.root, resultPath(record));
}

/**
 * What a step has left, as a folder of the store and the place of it in a copy of the step: its attempt, or the logs that
 * were kept of one that was not committed.
 */
export async function findLeft(
  store: FileStore,
  run: { runId: string; executionId: string },
  step: StepProgress,
): Promise<{ folder: string; place: string } | undefined> {
  const folder = await findAttemptFolder(store, run, step);
  if (folder !== undefined) return { folder, place: step.name };
  const { runId, executionId } = run;
  const kept = join(store.root, keptLogsPath({ runId, executionId, step: step.name, attempt: step.attempt }));
  return existsSync(kept) ? { folder: kept, place: `${step.name}/user_logs` } : undefined;
}

/** The pictures a run has drawn. */
export async function findFigures(store: FileStore, { progress }: RunView): Promise<string[]> {
  const found = await Promise.all(
    (progress?.steps ?? []).map(async (step) => {
      const folder = await findAttemptFolder(store, progress!, step);
      if (folder === undefined || !existsSync(join(folder, 'outputs'))) return [];
      const files = await readdir(join(folder, 'outputs'));
      return files.filter((file) => file.endsWith('.png')).map((file) => join(folder, 'outputs', file));
    }),
  );
  return found.flat();
}
