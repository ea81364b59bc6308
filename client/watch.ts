import { setTimeout as delay } from 'node:timers/promises';
import type { FileStore } from '../store/file.ts';
import { cancelRunSignal, workflowQueue, type Progress } from '../workflows/messages.ts';
import type { Temporal } from './connection.ts';
import {
  answerTimeout,
  explainSilence,
  queryProgress,
  readDoing,
  readFinalProgress,
  stateOf,
} from './runs.ts';
import { runUrl, type Session } from './session.ts';
import { isFinal, type RunView } from './view.ts';

/** How a watch ends. */
export type WatchEnd = 'ended' | 'detached' | 'timeout';

export interface WatchOptions {
  /** Gives up watching after so many milliseconds. */
  timeout?: number | undefined;
  /** Asks every so many milliseconds instead of the usual pace. */
  interval?: number | undefined;
  /** The first Ctrl-C cancels the run instead of leaving it alone. */
  cancelOnInterrupt?: boolean;
  /** Leaves the run alone, as Ctrl-C does. */
  signal?: AbortSignal;
  /** Called with the run as it is now: whenever it was asked for, and each second in between. */
  show: (view: RunView) => void;
}

/** Watches a run until it ends, the time is up, or Ctrl-C. */
export async function watchRun(
  session: Session,
  { temporal, store }: { temporal: Temporal; store: FileStore },
  run: { runId: string; executionId: string },
  options: WatchOptions,
): Promise<{ end: WatchEnd; view: RunView }> {
  let view: RunView = {
    ...run,
    state: 'running',
    progress: undefined,
    details: {},
    url: runUrl(session, temporal.namespace, run.runId, run.executionId),
  };
  const cleanUp = new AbortController();
  const ended = endOfRun(temporal, store, run).then((final): WatchEnd => {
    view = { ...view, ...final, progress: final.progress ?? view.progress, details: {} };
    delete view.notice;
    return 'ended';
  });
  const end = Promise.race([
    ended,
    interrupted(session, temporal, run, options, cleanUp.signal),
    ...(options.timeout === undefined ? [] : [after(options.timeout, 'timeout' as const, cleanUp.signal)]),
    ...(options.signal === undefined ? [] : [aborted(options.signal)]),
  ]);
  const started = Date.now();
  let answered = started;
  const explain = async (): Promise<string | undefined> => {
    if (Date.now() - answered < answerTimeout - 500) return undefined;
    return explainSilence(temporal, workflowQueue(store.id), 'workflow').catch(
      () => 'Temporal does not answer',
    );
  };
  const ask = async (): Promise<void> => {
    const found = await look(temporal, store, run, Date.now() - started > 1500);
    if (found.progress !== undefined) answered = Date.now();
    // A run that has ended answers as well, but its outcome is the result's to tell.
    const seen = found.progress?.state ?? view.state;
    const state = isFinal(seen) ? 'running' : seen;
    const notice = found.notice ?? (await explain());
    const { notice: _, ...rest } = view;
    // A new view each time: who shows it compares it with the one before.
    view = {
      ...rest,
      state,
      progress: found.progress ?? view.progress,
      details: found.details,
      ...(notice === undefined ? {} : { notice }),
    };
  };
  try {
    for (;;) {
      // A question that nobody answers any more must not become an unhandled rejection.
      const asked = ask().then(
        () => 'asked' as const,
        () => 'asked' as const,
      );
      for (;;) {
        const outcome = await Promise.race([end, asked, after(1000, 'tick' as const, cleanUp.signal)]);
        if (outcome === 'asked') break;
        // A worker that is gone takes its time not to answer; the clock goes on.
        if (outcome === 'tick') options.show(view);
        else return { end: outcome, view };
      }
      const pause = options.interval ?? pace(Date.now() - started);
      for (let waited = 0; waited < pause; waited += 1000) {
        options.show(view);
        const over = await Promise.race([
          end,
          after(Math.min(pause - waited, 1000), undefined, cleanUp.signal),
        ]);
        if (over !== undefined) return { end: over, view };
      }
    }
  } finally {
    cleanUp.abort();
  }
}

/** Often at first, when there is most to see, and then so that what a message does is seen within the second. */
const pace = (elapsed: number): number => (elapsed < 3000 ? 200 : 500);

const after = async <T>(milliseconds: number, value: T, signal: AbortSignal): Promise<T> => {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  return value;
};

const aborted = (signal: AbortSignal): Promise<WatchEnd> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve('detached'), { once: true });
  });

function interrupted(
  { io }: Session,
  { client }: Temporal,
  { runId, executionId }: { runId: string; executionId: string },
  { cancelOnInterrupt = false }: WatchOptions,
  signal: AbortSignal,
): Promise<WatchEnd> {
  return new Promise((resolve, reject) => {
    let interrupts = 0;
    const off = io.onInterrupt(() => {
      interrupts += 1;
      if (cancelOnInterrupt && interrupts === 1) {
        const handle = client.workflow.getHandle(runId, executionId);
        io.stderr.write('cancel requested; Ctrl-C again leaves the run alone\n');
        handle.signal(cancelRunSignal, { by: 'Ctrl-C', reason: 'interrupted' }).catch(reject);
      } else if (interrupts > (cancelOnInterrupt ? 2 : 1)) {
        process.exit(130);
      } else {
        resolve('detached');
      }
    });
    signal.addEventListener('abort', off, { once: true });
  });
}

async function endOfRun(
  temporal: Temporal,
  store: FileStore,
  run: { runId: string; executionId: string },
): Promise<Pick<RunView, 'state' | 'progress'>> {
  const handle = temporal.client.workflow.getHandle(run.runId, run.executionId);
  try {
    return { state: 'completed', progress: (await handle.result()) as Progress };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowFailedError') throw error;
    const [description, progress] = await Promise.all([
      handle.describe(),
      readFinalProgress(temporal, store, run),
    ]);
    return { state: stateOf(description), progress };
  }
}

interface Look extends Pick<RunView, 'details' | 'notice'> {
  progress: Progress | undefined;
}

/** Asks the worker for the progress and, once a run is not a matter of a second, the server for what goes on inside. */
async function look(
  temporal: Temporal,
  store: FileStore,
  run: { runId: string; executionId: string },
  closer: boolean,
): Promise<Look> {
  const { client } = temporal;
  const [progress, description] = await Promise.all([
    queryProgress(temporal, run).catch(() => undefined),
    closer ? client.workflow.getHandle(run.runId, run.executionId).describe() : undefined,
  ]);
  if (progress === undefined || description === undefined) return { progress, details: {} };
  return { progress, ...(await readDoing(temporal, store, description, progress)) };
}
