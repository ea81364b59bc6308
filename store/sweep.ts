import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SweepProgress } from '../workflows/sweep-messages.ts';
import { describeFileError, exists, readJson, writeJson, type FileStore } from './file.ts';

/** The folder of a sweep's record, table and figure. */
export const sweepFolder = (store: FileStore, sweepId: string): string =>
  join(store.root, 'sweeps', encodeURIComponent(sweepId));

/** Makes a sweep's folder before the sweep starts: by it, its runs are told from those somebody has started. */
export async function openSweep(store: FileStore, sweepId: string): Promise<void> {
  await mkdir(sweepFolder(store, sweepId), { recursive: true }).catch((error: unknown) => {
    throw describeFileError(error);
  });
}

/** Takes the folder of a sweep that has not started away again; one with something in it stays. */
export async function abandonSweep(store: FileStore, sweepId: string): Promise<void> {
  await rmdir(sweepFolder(store, sweepId)).catch(() => undefined);
}

/** Whether an id is a sweep's. */
export const isSweep = (store: FileStore, id: string): Promise<boolean> => exists(sweepFolder(store, id));

/** The ids of all sweeps. */
export async function listSweeps(store: FileStore): Promise<Set<string>> {
  const folders = await readdir(join(store.root, 'sweeps')).catch(() => []);
  return new Set(folders.map(decodeURIComponent));
}

/** Writes the record of a sweep, which outlives Temporal's retention. */
export const writeSweep = (store: FileStore, record: SweepProgress): Promise<void> =>
  writeJson(join(sweepFolder(store, record.sweepId), 'sweep.json'), record);

/** The record of a sweep; undefined while it has none. */
export const readSweep = (store: FileStore, sweepId: string): Promise<SweepProgress | undefined> =>
  readJson<SweepProgress>(join(sweepFolder(store, sweepId), 'sweep.json'));

/** The records of all sweeps that have ended. */
export async function listSweepRecords(store: FileStore): Promise<SweepProgress[]> {
  const records = await Promise.all([...(await listSweeps(store))].map((id) => readSweep(store, id)));
  return records.filter((record) => record !== undefined);
}
