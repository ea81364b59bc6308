import { pathToFileURL } from 'node:url';
import { PipelineError } from '../errors/error.ts';
import { exists, type FileStore } from '../store/file.ts';
import { reportPath } from '../store/run.ts';
import { openFile } from './opener.ts';
import { invocation, remark, type Session } from './session.ts';
import { isFinal, type RunView } from './view.ts';

/** The report a run has left, or undefined where there is none (yet). */
export async function findReport(
  store: FileStore,
  { state, ...run }: Pick<RunView, 'runId' | 'executionId' | 'state'>,
): Promise<string | undefined> {
  const path = reportPath(store, run);
  return isFinal(state) && (await exists(path)) ? path : undefined;
}

/**
 * The report a run has left; where there is none, one written from what is known of the run now.
 *
 * @throws PipelineError NO_WORKER, STORE_UNWRITABLE
 */
export async function provideReport(store: FileStore, view: RunView): Promise<string> {
  const { runId, state, progress, url, notice } = view;
  const left = await findReport(store, view);
  if (left !== undefined) return left;
  if (progress === undefined)
    throw new PipelineError(
      'NO_WORKER',
      `There is no report of run ${runId}: ${notice ?? 'no worker has answered'}.`,
      {
        hint: `The Web UI has the run: ${url}; or start a worker and repeat ${invocation} show ${runId} --web`,
      },
    );
  const { writeReport } = await import('../report/file.ts');
  return writeReport(store, progress, { url, state, goesOn: !isFinal(state) });
}

/** Opens a report, or says how to. */
export async function openReport(session: Session, path: string): Promise<void> {
  const why = await openFile(path, session.io);
  if (why !== undefined)
    remark(session, `Not opened: ${why}. Open it in a browser: ${pathToFileURL(path).href}`);
}
