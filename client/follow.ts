import { openStore } from '../store/file.ts';
import { isNotFound, withTemporal, type Temporal } from './connection.ts';
import { reportEnd } from './outcome.ts';
import { createReporter } from './reporter.ts';
import { findLatestRun, readView } from './runs.ts';
import { chooseRun, type Session } from './session.ts';
import { watchRun, type WatchOptions } from './watch.ts';

/** Watches a run that is there to its end; of one that has ended it says what it came to. */
export async function followRun(
  session: Session,
  given: string | undefined,
  options: Omit<WatchOptions, 'show'>,
): Promise<number> {
  const store = await openStore(session.config.store.value);
  return withTemporal(session.config, async (temporal) => {
    await temporal.ready;
    const runId = await chooseRun(session, given, () => findLatestRun(temporal, store));
    const show = createReporter(session, options);
    const running = await findRunning(temporal, runId);
    const watched =
      running === undefined
        ? { end: 'ended' as const, view: await readView(session, { temporal, store }, runId) }
        : await watchRun(session, { temporal, store }, running, { ...options, show });
    show(watched.view);
    return reportEnd(session, store, watched);
  });
}

/** The execution of a run that is going on; undefined where the run has ended or is not there. */
async function findRunning(
  { client }: Temporal,
  runId: string,
): Promise<{ runId: string; executionId: string } | undefined> {
  try {
    const { status, runId: executionId } = await client.workflow.getHandle(runId).describe();
    return status.name === 'RUNNING' ? { runId, executionId } : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
