/** Looking through a store. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../workflows/messages.ts';
import { runPath, type AttemptRecord } from './attempt.ts';
import { listFiles } from './digest.ts';
import { isFileError, type FileStore } from './file.ts';

/** Names one run for ever. */
export type Execution = Pick<Progress, 'runId' | 'executionId'>;

/** A run's folder. */
export interface Run extends Execution {
  path: string;
  /** Of `run.json`, where there is one. */
  text: string | undefined;
  record: Progress | undefined;
  attempts: { path: string; text: string; record: AttemptRecord }[];
  /** Folders with the logs of executions that were cut short. */
  logs: string[];
}

/** Everything that runs have left in a store. */
export async function readRuns({ root }: FileStore): Promise<Run[]> {
  const runs: Run[] = [];
  for (const folder of await list(join(root, 'runs')))
    for (const executionId of await list(join(root, 'runs', folder))) {
      const run = { runId: decodeURIComponent(folder), executionId };
      const path = runPath(run);
      const text = await readText(join(root, path, 'run.json'));
      const attempts: Run['attempts'] = [];
      const logs: string[] = [];
      for (const step of await list(join(root, path)))
        for (const attempt of await list(join(root, path, step))) {
          const place = `${path}/${step}/${attempt}`;
          if (attempt.endsWith('.logs')) logs.push(place);
          const content = await readText(join(root, place, 'record.json'));
          if (content !== undefined)
            attempts.push({ path: place, text: content, record: JSON.parse(content) as AttemptRecord });
        }
      const record = text === undefined ? undefined : (JSON.parse(text) as Progress);
      runs.push({ ...run, path, text, record, attempts, logs });
    }
  return runs;
}

/** When a file was made or used last; never, where it is gone. */
export const usedAt = (path: string): Promise<Date> =>
  stat(path).then(
    ({ mtime }) => mtime,
    () => new Date(8.64e15),
  );

/** The size of a file, or of all files in a folder, in bytes. */
export async function sizeOf(path: string): Promise<number> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry?.isDirectory()) return entry?.size ?? 0;
  const files = await listFiles(path).catch(() => []);
  let bytes = 0;
  for (const file of files) bytes += (await stat(join(path, file)).catch(() => undefined))?.size ?? 0;
  return bytes;
}

/** The names in a folder; none where there is no such folder. */
export const list = (folder: string): Promise<string[]> => readdir(folder).catch(orNone([]));
const readText = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(orNone(undefined));

// What cannot be read for another reason must not pass for what is not there.
const orNone =
  <T>(none: T) =>
  (error: unknown): T => {
    if (isFileError(error, 'ENOENT') || isFileError(error, 'ENOTDIR')) return none;
    throw error;
  };
