import { join } from 'node:path';
import { runPath } from '../store/attempt.ts';
import { writeText, type FileStore } from '../store/file.ts';
import type { Progress } from '../workflows/messages.ts';
import { readContent } from './content.ts';
import { linkToRun, type WebUi } from './link.ts';
import { renderRun } from './run.ts';
import { readVersions } from './versions.ts';

/** Where the report of a run that has ended is, and one of a run that goes on. */
export const reportPath = (store: FileStore, run: { runId: string; executionId: string }): string =>
  join(store.root, runPath(run), 'report.html');
export const interimPath = (store: FileStore, run: { runId: string; executionId: string }): string =>
  join(store.root, runPath(run), 'report-so-far.html');

/**
 * Writes the report of a run beside its record, whole or not at all; where there is one already, in its place.
 *
 * @param told what Temporal knows better than the run itself
 * @returns the path of the page
 */
export async function writeReport(
  store: FileStore,
  progress: Progress,
  ui: WebUi,
  { state, goesOn }: { state: string; goesOn: boolean } = { state: progress.state, goesOn: false },
): Promise<string> {
  const path = (goesOn ? interimPath : reportPath)(store, progress);
  const page = renderRun(await readContent(store, progress), {
    state,
    goesOn,
    now: new Date(),
    url: linkToRun(ui, progress),
    versions: readVersions(),
  });
  await writeText(path, page);
  return path;
}
