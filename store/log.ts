/** The logs of steps: where one is while its step runs, after it was committed, and where it stays when it was not. */
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  createReadStream,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptName } from '../workflows/messages.ts';
import { attemptPath, listWorkspaces, parseWorkspace, runPath } from './attempt.ts';
import { isFileError, type FileStore } from './file.ts';

/** A step's log, relative to its attempt's folder: stdout and stderr as the step wrote them. */
export const logPath = 'user_logs/std_log.txt';

/** What stands between the log of a worker that was lost and that of the next one. */
export const restartLine = '--- the worker was lost; the step starts again ---';

/** A log of one attempt at a step. */
export interface StepLog {
  step: string;
  attempt: number;
  /** Absolute path. */
  path: string;
  /** Whether the step, or what a dead worker has left of it, may still write it. */
  live: boolean;
  /** Bytes. */
  size: number;
  /** When it was written last, in milliseconds. */
  writtenAt: number;
}

/** Where the logs of an attempt stay that were not committed with it; the attempt counts as undone all the same. */
export const keptLogsPath = (name: AttemptName): string => `${attemptPath(name)}.logs`;

/**
 * Moves the log out of a work folder to where it is found when the folder is gone. A rename, so that it is whole and in
 * one place whatever dies, and done by one worker where two try. An empty one is not kept, nor one for which there is no
 * room: that must not keep the step from ending.
 */
export function keepLog(store: FileStore, folder: string): void {
  const name = parseWorkspace(folder);
  if (name === undefined) return;
  const kept = join(store.root, keptLogsPath(name));
  for (const state of ['attempt', 'withdrawn']) {
    const path = join(store.root, 'work', folder, state, logPath);
    try {
      const { size, mtimeMs } = statSync(path);
      if (size === 0) continue;
      mkdirSync(kept, { recursive: true });
      renameSync(path, join(kept, `${Math.trunc(mtimeMs)}-${randomBytes(4).toString('hex')}.txt`));
    } catch {
      continue;
    }
  }
}

/** Begins the log of an attempt with those that were kept of it, each followed by a line that says so. */
export async function takeUpLogs(store: FileStore, name: AttemptName, log: string): Promise<void> {
  const folder = join(store.root, keptLogsPath(name));
  const kept = listNames(folder).map((file) => join(folder, file));
  for (const [index, path] of kept.entries()) {
    if (index === 0) renameSync(path, log);
    else {
      for await (const part of createReadStream(path)) await appendFile(log, part as Buffer);
      rmSync(path);
    }
    appendFileSync(log, `${endsLine(log) ? '' : '\n'}${restartLine}\n`);
  }
  if (kept.length > 0) removeEmpty(folder);
}

/** The log at a path, or undefined where there is none. */
export function statLog(step: string, attempt: number, path: string, live: boolean): StepLog | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { step, attempt, path, live, size: found.size, writtenAt: found.mtimeMs };
}

/** Every log of a run, in the order of the steps' names and attempts; of an attempt that has several, the last. */
export async function findLogs(
  store: FileStore,
  run: { runId: string; executionId: string },
): Promise<StepLog[]> {
  const logs: StepLog[] = [];
  const add = (step: string, attempt: number, path: string, live: boolean): void => {
    const log = statLog(step, attempt, path, live);
    if (log === undefined) return;
    const same = logs.findIndex((one) => one.step === step && one.attempt === attempt);
    if (same === -1) logs.push(log);
    else if (rank(log) >= rank(logs[same]!)) logs[same] = log;
  };
  const root = join(store.root, runPath(run));
  for (const step of listNames(root)) {
    for (const entry of listNames(join(root, step))) {
      const [, attempt, kept] = /^(\d+)(\.logs)?$/.exec(entry) ?? [];
      if (attempt === undefined) continue;
      const folder = join(root, step, entry);
      const files = kept === undefined ? [logPath] : listNames(folder);
      for (const file of files) add(decodeURIComponent(step), Number(attempt), join(folder, file), false);
    }
  }
  for (const folder of await listWorkspaces(store)) {
    const name = parseWorkspace(folder);
    if (name?.runId !== run.runId || name.executionId !== run.executionId) continue;
    for (const state of ['attempt', 'withdrawn'])
      add(name.step, name.attempt, join(store.root, 'work', folder, state, logPath), true);
  }
  return logs.toSorted((a, b) => a.step.localeCompare(b.step) || a.attempt - b.attempt);
}

/** A committed log stands before one that is being written, that before one that was kept; among equals the last. */
function rank({ path, live, writtenAt }: StepLog): number {
  const kind = path.endsWith(logPath) && !live ? 2 : live ? 1 : 0;
  return kind * 1e15 + writtenAt;
}

function endsLine(path: string): boolean {
  const { size } = statSync(path);
  const last = Buffer.alloc(1);
  const file = openSync(path, 'r');
  try {
    return size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
  } finally {
    closeSync(file);
  }
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    // Another worker has kept a log there in this moment.
    if (!isFileError(error, 'ENOTEMPTY')) throw error;
  }
}
