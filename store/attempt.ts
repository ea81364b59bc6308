import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type {
  AttemptName,
  Metrics,
  Reference,
  RegisteredModel,
  StepFailure,
  StepInput,
} from '../workflows/messages.ts';
import { listFiles } from './digest.ts';
import { exists, formatJson, isFileError, readJson, writeJson, type FileStore } from './file.ts';
import { isAlive, nameSelf } from './owner.ts';
import type { ReuseParts } from './reuse.ts';

/** What an attempt leaves, committed in one rename: its result is never computed again. */
export interface AttemptRecord extends AttemptName {
  state: 'done' | 'failed' | 'cancelled';
  inputs: Record<string, StepInput>;
  outputs: Record<string, Reference>;
  metrics: Metrics;
  model?: RegisteredModel;
  /** Where the outputs were taken from, where the step was not run. */
  reused?: { runId: string; executionId: string; attempt: number };
  /** Whether other runs may take this result: the component is deterministic and the run was not forced. */
  reusable: boolean;
  reason: string;
  key: string;
  parts: ReuseParts;
  failure?: StepFailure & { tryAgain: boolean };
  command: string;
  host: string;
  startedAt: string;
  finishedAt: string;
  seconds: number;
}

/** The folder an attempt works in until it is committed. */
export interface Workspace {
  /** Holds everything below; removed when the attempt ends. */
  root: string;
  /** The working directory of the command: a copy of the step's code. */
  code: string;
  /** Becomes the attempt's folder: `outputs/`, `user_logs/std_log.txt`, `named_outputs/`. */
  attempt: string;
}

/** Names a run for ever, also where its id is used again. */
export type RunName = Pick<AttemptName, 'runId' | 'executionId'>;

/** The folder of a run, relative to the store. */
export const runPath = (run: RunName): string => `runs/${encodeURIComponent(run.runId)}/${run.executionId}`;

/** The folder of a committed attempt, relative to the store. */
export const attemptPath = (name: AttemptName): string =>
  `${runPath(name)}/${encodeURIComponent(name.step)}/${name.attempt}`;

/** The folder that holds what an attempt has left, relative to the store, also where it was another run that left it. */
export const resultPath = (record: AttemptRecord): string => attemptPath({ ...record, ...record.reused });

/**
 * Identifies an attempt. Each of its executions has a name of its own that continues it, `<token>~<worker>-<random>`:
 * that of its work folder, which its processes carry.
 */
export const attemptToken = (name: AttemptName): string =>
  `${encodeURIComponent(name.runId)}~${name.executionId}~${encodeURIComponent(name.step)}~${name.attempt}`;

/** The attempt a work folder is of; undefined for a folder that is not named like one. */
export function parseWorkspace(folder: string): AttemptName | undefined {
  // From the right: a run id, which is given, may hold a tilde itself.
  const [, runId, executionId, step, attempt] = /^(.+)~([^~]+)~([^~]+)~(\d+)~[^~]+$/.exec(folder) ?? [];
  if (runId === undefined || executionId === undefined || step === undefined) return undefined;
  return {
    runId: decodeURIComponent(runId),
    executionId,
    step: decodeURIComponent(step),
    attempt: Number(attempt),
  };
}

/** The record of an attempt, or undefined while it is not committed. */
export async function readAttempt(store: FileStore, name: AttemptName): Promise<AttemptRecord | undefined> {
  return readJson<AttemptRecord>(join(store.root, attemptPath(name), 'record.json'));
}

/** Makes an empty work folder for an attempt. */
export async function openWorkspace(store: FileStore, name: AttemptName): Promise<Workspace> {
  const root = await makeFolder(store, name);
  const workspace = { root, code: join(root, 'code'), attempt: join(root, 'attempt') };
  try {
    for (const folder of ['outputs', 'user_logs', 'named_outputs'])
      mkdirSync(join(workspace.attempt, folder), { recursive: true });
    return workspace;
  } catch (error) {
    await removeWorkspace(store, basename(root));
    throw error;
  }
}

async function makeFolder(store: FileStore, name: AttemptName): Promise<string> {
  mkdirSync(join(store.root, 'work'), { recursive: true });
  return mkdtempSync(join(store.root, 'work', `${attemptToken(name)}~${await nameSelf()}-`));
}

/** Whether the worker a work folder belongs to is alive. */
export const isOwned = (folder: string): Promise<boolean> =>
  isAlive(folder.slice(folder.lastIndexOf('~') + 1));

/** The work folders that executions of an attempt have left. */
export async function findWorkspaces(store: FileStore, name: AttemptName): Promise<string[]> {
  const prefix = `${attemptToken(name)}~`;
  return (await listWorkspaces(store)).filter((folder) => folder.startsWith(prefix));
}

/** The names of all work folders in the store. */
export async function listWorkspaces(store: FileStore): Promise<string[]> {
  try {
    return readdirSync(join(store.root, 'work'));
  } catch {
    return [];
  }
}

/** Makes sure that nothing is committed from a work folder any more, whoever may still be at work in it. */
export async function withdrawWorkspace(store: FileStore, folder: string): Promise<void> {
  const root = join(store.root, 'work', folder);
  await rename(join(root, 'attempt'), join(root, 'withdrawn')).catch((error: unknown) => {
    if (!isFileError(error, 'ENOENT')) throw error;
  });
}

/** Removes a work folder by its name. */
export async function removeWorkspace(store: FileStore, folder: string): Promise<void> {
  const path = join(store.root, 'work', folder);
  // Through the thread pool it takes nine times as long (measured); a large one would keep the worker from its heartbeats.
  if (isSmall(path)) rmSync(path, { recursive: true, force: true });
  else await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/** Whether a folder has so few entries that they are removed within some milliseconds. */
function isSmall(path: string): boolean {
  const folders = [path];
  let entries = 0;
  try {
    for (const folder of folders)
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        entries += 1;
        if (entries > 200) return false;
        if (entry.isDirectory()) folders.push(join(folder, entry.name));
      }
    return true;
  } catch {
    // Gone, or going: somebody else removes it as well.
    return false;
  }
}

/**
 * Commits a work folder as the attempt's result, in one rename. Where another execution of the same attempt was
 * first, that one's record stands and is returned.
 */
export async function commitAttempt(
  store: FileStore,
  workspace: Workspace,
  record: AttemptRecord,
): Promise<AttemptRecord> {
  for (const file of await listFiles(workspace.attempt)) chmodSync(join(workspace.attempt, file), 0o444);
  // Into the folder as it is: were it withdrawn, it must not come to be again.
  writeFileSync(join(workspace.attempt, 'record.json'), formatJson(record));
  return publish(store, workspace.attempt, record);
}

/** Commits a record without files of its own: a step whose outputs are another run's. */
export async function commitReused(store: FileStore, record: AttemptRecord): Promise<AttemptRecord> {
  const folder = await makeFolder(store, record);
  try {
    await writeJson(join(folder, 'attempt', 'record.json'), record);
    return await publish(store, join(folder, 'attempt'), record);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function publish(store: FileStore, folder: string, record: AttemptRecord): Promise<AttemptRecord> {
  const target = join(store.root, attemptPath(record));
  mkdirSync(join(target, '..'), { recursive: true });
  try {
    renameSync(folder, target);
    return record;
  } catch (error) {
    const taken = isFileError(error, 'ENOTEMPTY') || isFileError(error, 'EEXIST');
    const first = taken && (await exists(target)) ? await readAttempt(store, record) : undefined;
    if (first === undefined) throw error;
    return first;
  }
}
