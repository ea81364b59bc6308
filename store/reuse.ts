import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import { lock } from 'proper-lockfile';
import type { AttemptName, ParameterValue, StepInput } from '../workflows/messages.ts';
import { attemptPath, readAttempt, type AttemptRecord } from './attempt.ts';
import { digestOf, digestOfText } from './digest.ts';
import { formatJson, isFileError, markUsed, readJson, writeJson, type FileStore } from './file.ts';

/** Everything a step's result depends on; equal parts mean an equal result. */
export interface ReuseParts {
  /** Digest of the component file. */
  component: string;
  /** Digest of each file of the code folder. */
  code: Record<string, string>;
  /** What the command runs in: the interpreter and the digest of its packages. */
  environment: string;
  /** Literals as they are, files and folders as `sha256:<digest>`. */
  inputs: Record<string, ParameterValue>;
}

/** The parts' digest, under which a result is found again. */
export const reuseKey = (parts: ReuseParts): string => digestOfText(JSON.stringify(sortKeys(parts)));

/** An input as a part of the key. */
export const inputPart = (input: StepInput): ParameterValue =>
  typeof input === 'object' ? `sha256:${input.digest}` : input;

/** A finished attempt whose outputs are as it left them, or why it cannot be taken. */
export type Found = { record: AttemptRecord } | { missing: string | undefined };

/** The finished attempt that can be reused under a key. */
export async function findReusable(store: FileStore, key: string): Promise<Found> {
  const entry = await readJson<AttemptName>(entryPath(store, key));
  return entry === undefined ? { missing: undefined } : findResult(store, entry);
}

/** The result of an attempt. */
export async function findResult(store: FileStore, name: AttemptName): Promise<Found> {
  const record = await readAttempt(store, name);
  if (record?.state !== 'done' || !markUsed(join(store.root, attemptPath(name), 'record.json')))
    return { missing: `the result of run ${name.runId} is gone` };
  for (const [output, { path, digest }] of Object.entries(record.outputs)) {
    const now = await digestOf(join(store.root, path)).catch(() => undefined);
    if (now === undefined) return { missing: `${output} of run ${name.runId} is gone` };
    if (now !== digest) return { missing: `${output} of run ${name.runId} was changed` };
  }
  return { record };
}

/** Makes a finished attempt findable by its key. */
export async function addReusable(store: FileStore, record: AttemptRecord): Promise<void> {
  await writeJson(entryPath(store, record.key), entryOf(record));
}

/** Remembers the last finished attempt of a step, to say what has changed since. */
export async function rememberLast(store: FileStore, record: AttemptRecord): Promise<void> {
  const path = lastPath(store, record.step);
  mkdirSync(dirname(path), { recursive: true });
  // In place: half of it read at this moment costs the reader a reason, and nothing else.
  writeFileSync(path, formatJson(entryOf(record)));
}

/** The last finished attempt of a step, if its record is still there. */
export async function recallLast(store: FileStore, step: string): Promise<AttemptRecord | undefined> {
  const entry = await readJson<AttemptName>(lastPath(store, step)).catch(() => undefined);
  return entry === undefined ? undefined : readAttempt(store, entry);
}

/**
 * Holds the key while `use` runs, so that two runs which need the same result compute it once. Across processes of
 * one host; the lock of a killed process is free after five seconds. Should the lock be lost all the same (a stopped
 * machine that wakes up), a result is computed twice, never committed twice.
 *
 * @param onWait called once when somebody else holds the key
 */
export async function holdKey<T>(
  store: FileStore,
  key: string,
  cancellation: AbortSignal,
  onWait: () => void,
  use: () => Promise<T>,
): Promise<T> {
  await mkdir(join(store.root, 'reuse'), { recursive: true });
  const release = await acquire(join(store.root, 'reuse', key), cancellation, onWait);
  try {
    return await use();
  } finally {
    await release().catch(() => undefined);
  }
}

async function acquire(
  path: string,
  cancellation: AbortSignal,
  onWait: () => void,
): Promise<() => Promise<void>> {
  const options = { realpath: false, stale: 5_000, update: 1_000, onCompromised: () => undefined };
  for (let waited = false; ; waited = true) {
    cancellation.throwIfAborted();
    try {
      return await lock(path, options);
    } catch (error) {
      if (!isFileError(error, 'ELOCKED')) throw error;
    }
    if (!waited) onWait();
    await delay(100, undefined, { signal: cancellation });
  }
}

const entryPath = (store: FileStore, key: string): string => join(store.root, 'reuse', `${key}.json`);
const lastPath = (store: FileStore, step: string): string =>
  join(store.root, 'reuse', 'last', `${encodeURIComponent(step)}.json`);
const entryOf = ({ runId, executionId, step, attempt }: AttemptRecord): AttemptName => ({
  runId,
  executionId,
  step,
  attempt,
});

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sortKeys(part)]),
  );
}
