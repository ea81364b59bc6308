import { writeWhole, type FileStore } from '../store/file.ts';
import { interimReportPath, reportPath } from '../store/run.ts';
import type { Progress } from '../workflows/messages.ts';
import { readContent } from './content.ts';
import { renderRun } from './run.ts';
import { readVersions } from './versions.ts';

/** What Temporal knows better than the run itself. */
export interface Told {
  /** The run in Temporal's Web UI. */
  url: string;
  /** Default: the run's own. */
  state?: string;
  /** Default: false. */
  goesOn?: boolean;
}

/**
 * Writes the report of a run beside its record, whole or not at all; where there is one already, in its place.
 *
 * @returns the path of the page
 * @throws PipelineError STORE_UNWRITABLE
 */
export async function writeReport(
  store: FileStore,
  progress: Progress,
  { url, state = progress.state, goesOn = false }: Told,
): Promise<string> {
  const path = (goesOn ? interimReportPath : reportPath)(store, progress);
  const content = await readContent(store, progress);
  // Of a run that has ended the page is the same, whenever it is written.
  const now = goesOn || progress.finishedAt === undefined ? new Date() : new Date(progress.finishedAt);
  const page = renderRun(content, { state, goesOn, now, url, versions: readVersions() });
  await writeWhole(path, page);
  return path;
}
