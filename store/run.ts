import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sweepIdOf } from '../workflows/grid.ts';
import type { Progress } from '../workflows/messages.ts';
import { runPath, type RunName } from './attempt.ts';
import { readJson, writeJson, type FileStore } from './file.ts';
import { listSweeps } from './sweep.ts';

/** Where the report of a run that has ended is: `report.html` beside its record. */
export const reportPath = (store: FileStore, run: RunName): string =>
  join(store.root, runPath(run), 'report.html');

/** Where the report of a run that goes on is put when somebody asks for it. */
export const interimReportPath = (store: FileStore, run: RunName): string =>
  join(store.root, runPath(run), 'report-so-far.html');

/** Writes the record of a run, which outlives Temporal's retention. */
export async function writeRun(store: FileStore, record: Progress): Promise<void> {
  await writeJson(join(store.root, runPath(record), 'run.json'), record);
}

/** The record of one execution; undefined while it has none. */
export async function readExecution(
  store: Pick<FileStore, 'root'>,
  run: { runId: string; executionId: string },
): Promise<Progress | undefined> {
  return readJson<Progress>(join(store.root, runPath(run), 'run.json'));
}

/** The record of the run with this id, the newest where an id was used again; undefined while it has none. */
export async function readRun(store: FileStore, runId: string): Promise<Progress | undefined> {
  const executions = await readdir(join(store.root, 'runs', encodeURIComponent(runId))).catch(() => []);
  const records = await Promise.all(
    executions.map((executionId) => readExecution(store, { runId, executionId })),
  );
  return records
    .filter((record) => record !== undefined)
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))[0];
}

/**
 * The records of all runs that have ended, newest first: those somebody has started, or those of one sweep.
 *
 * @param sweep the sweep's id; without it, runs of sweeps are left out
 */
export async function listRuns(store: FileStore, sweep?: string): Promise<Progress[]> {
  const [all, sweeps] = await Promise.all([listRunIds(store), listSweeps(store)]);
  const ids = all.filter((id) => {
    const of = sweepIdOf(id);
    return of !== undefined && sweeps.has(of) ? of === sweep : sweep === undefined;
  });
  const records = await Promise.all(ids.map((id) => readRun(store, id)));
  return records
    .filter((record) => record !== undefined)
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** The ids of all runs that have left anything in the store. */
export async function listRunIds(store: FileStore): Promise<string[]> {
  const names = await readdir(join(store.root, 'runs')).catch(() => []);
  return names.map(decodeURIComponent);
}
