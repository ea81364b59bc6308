import { setTimeout as delay } from 'node:timers/promises';
import { openStore } from '../../store/file.ts';
import { cancelRunSignal, workflowQueue } from '../../workflows/messages.ts';
import { withTemporal } from '../connection.ts';
import { exitCodeOfState } from '../outcome.ts';
import { answerTimeout, explainSilence } from '../runs.ts';
import { answer, answerJson, invocation, remark, type Session } from '../session.ts';
import { isFinal } from '../view.ts';
import { renderSweepOutcome } from './render.ts';
import { createSweepReporter } from './reporter.ts';
import { findFiles, summarizeResults, summarizeSweep } from './summary.ts';
import { querySweep, readSweepView, type OpenSweep, type SweepView } from './view.ts';

export interface SweepWatchOptions {
  timeout?: number | undefined;
  interval?: number | undefined;
  cancelOnInterrupt?: boolean;
}

/** How a watch ends. */
export type SweepWatchEnd = 'ended' | 'detached' | 'timeout';

/** Watches a sweep that is there to its end; returns the exit code. */
export async function followSweep(
  session: Session,
  sweepId: string,
  options: SweepWatchOptions,
): Promise<number> {
  const store = await openStore(session.config.store.value);
  return withTemporal(session.config, async (temporal) => {
    await temporal.ready;
    return watchToEnd(session, { temporal, store, sweepId }, options);
  });
}

/** Watches a sweep and says what it has come to; returns the exit code. */
export async function watchToEnd(
  session: Session,
  open: OpenSweep,
  options: SweepWatchOptions,
): Promise<number> {
  const { io, format } = session;
  const show = createSweepReporter(session);
  const { end, view } = await watchSweep(session, open, { ...options, show });
  show(view);
  if (end !== 'ended') {
    if (format !== 'text') answerJson(session, summarizeSweep(view, io.now()));
    const why = end === 'timeout' ? 'The time is up; the sweep goes on.' : 'Detached; the sweep goes on.';
    remark(session, `${why} To watch it again: ${invocation} watch ${open.sweepId}`);
    remark(session, `To stop it: ${invocation} cancel ${open.sweepId}`);
    return end === 'timeout' ? 8 : 130;
  }
  if (format !== 'text') answerJson(session, await summarizeResults(open.store, view, io.now()));
  else {
    const files = await findFiles(open.store, open.sweepId);
    for (const line of renderSweepOutcome(view, files)) answer(session, line);
    remark(session, `Next: ${invocation} show ${open.sweepId}`);
  }
  return exitCodeOfState(view.state);
}

/**
 * Watches a sweep until it ends, the time is up, or Ctrl-C.
 *
 * @throws PipelineError RUN_NOT_FOUND
 */
export async function watchSweep(
  session: Session,
  open: OpenSweep,
  options: SweepWatchOptions & { show: (view: SweepView) => void },
): Promise<{ end: SweepWatchEnd; view: SweepView }> {
  let view = await readSweepView(session, open);
  if (isFinal(view.state)) return { end: 'ended', view };
  const over = new AbortController();
  const result = open.temporal.client.workflow.getHandle(open.sweepId).result();
  const end = Promise.race([
    result.then(
      (): SweepWatchEnd => 'ended',
      (error: unknown): SweepWatchEnd => {
        if (error instanceof Error && error.name === 'WorkflowFailedError') return 'ended';
        throw error;
      },
    ),
    interrupted(session, open, options.cancelOnInterrupt ?? false, over.signal),
    ...(options.timeout === undefined ? [] : [after(options.timeout, 'timeout' as const, over.signal)]),
  ]);
  // Awaited below; by then it may have rejected.
  end.catch(() => undefined);
  let answered = Date.now();
  try {
    for (;;) {
      options.show(view);
      const outcome = await Promise.race([end, after(options.interval ?? 500, undefined, over.signal)]);
      if (outcome === 'ended') return { end: outcome, view: await readSweepView(session, open) };
      if (outcome !== undefined) return { end: outcome, view };
      const { notice: _, ...rest } = view;
      const progress = await Promise.race([
        querySweep(open).catch(() => undefined),
        end.then(() => undefined),
      ]);
      if (progress !== undefined) {
        answered = Date.now();
        view = { ...rest, progress, state: progress.state === 'cancelling' ? 'cancelling' : 'running' };
      } else if (Date.now() - answered >= answerTimeout - 500) {
        const queue = workflowQueue(open.store.id);
        view = { ...rest, notice: await explainSilence(open.temporal, queue, 'workflow') };
      }
    }
  } finally {
    over.abort();
  }
}

const after = async <T>(milliseconds: number, value: T, signal: AbortSignal): Promise<T> => {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  return value;
};

function interrupted(
  { io }: Session,
  { temporal, sweepId }: OpenSweep,
  cancel: boolean,
  signal: AbortSignal,
): Promise<SweepWatchEnd> {
  return new Promise((resolve, reject) => {
    let interrupts = 0;
    const off = io.onInterrupt(() => {
      interrupts += 1;
      if (interrupts > (cancel ? 2 : 1)) process.exit(130);
      if (!cancel || interrupts > 1) return resolve('detached');
      io.stderr.write('cancel requested; Ctrl-C again leaves the sweep alone\n');
      const handle = temporal.client.workflow.getHandle(sweepId);
      handle.signal(cancelRunSignal, { by: 'Ctrl-C', reason: 'interrupted' }).catch(reject);
    });
    signal.addEventListener('abort', off, { once: true });
  });
}
