/** A sweep as programs read it, and the files it has left. */
import { join } from 'node:path';
import { exists, type FileStore } from '../../store/file.ts';
import { sweepFolder } from '../../store/sweep.ts';
import { sweepFiles } from '../../sweeps/files.ts';
import { readResults, type SweepRow } from '../../sweeps/results.ts';
import { runSeconds } from '../../report/time.ts';
import { countTrainings, describeBest, type SweepView } from './view.ts';

/** The paths of a sweep's table and figure, as far as they are there. */
export async function findFiles(
  store: FileStore,
  sweepId: string,
): Promise<{ table?: string; figure?: string }> {
  const [table, figure] = [sweepFiles.table, sweepFiles.png].map((file) =>
    join(sweepFolder(store, sweepId), file),
  );
  return {
    ...((await exists(table!)) ? { table: table! } : {}),
    ...((await exists(figure!)) ? { figure: figure! } : {}),
  };
}

/** What `-o json` says of a sweep while it goes on: docs/sweeps.md describes it. */
export function summarizeSweep({ sweepId, executionId, state, progress, url }: SweepView, now: Date) {
  if (progress === undefined) return { sweepId, executionId, state, url };
  const { pipeline, target, parameters, grid, objective, maxParallel, model } = progress;
  return {
    sweepId,
    executionId,
    state,
    url,
    pipeline,
    target,
    parameters,
    grid,
    objective,
    maxParallel,
    counts: countTrainings(progress),
    best: describeBest(progress) ?? null,
    model: model ?? null,
    failure: progress.failure ?? null,
    cancellation: progress.cancellation ?? null,
    startedBy: progress.startedBy,
    startedAt: progress.startedAt,
    finishedAt: progress.finishedAt ?? null,
    seconds: runSeconds(progress, now),
  };
}

/** The same with all trainings that have ended, the best first, and where the files are. */
export async function summarizeResults(store: FileStore, view: SweepView, now: Date) {
  const trainings: SweepRow[] = view.progress === undefined ? [] : await readResults(store, view.progress);
  return { ...summarizeSweep(view, now), files: await findFiles(store, view.sweepId), trainings };
}
