import { openStore } from '../../store/file.ts';
import { cancelRunSignal } from '../../workflows/messages.ts';
import { isNotFound, withTemporal, type Temporal } from '../connection.ts';
import { exitCodeOfState } from '../outcome.ts';
import { answer, answerJson, invocation, remark, type Session } from '../session.ts';
import { finished } from '../steer.ts';
import { describeUser } from '../user.ts';
import { describeState, type ViewState } from '../view.ts';
import { createSweepReporter } from './reporter.ts';
import { summarizeSweep } from './summary.ts';
import { watchSweep } from './watch.ts';

/** Asks a sweep and all its trainings to stop; says that they have only when it is confirmed. */
export async function cancelSweep(
  session: Session,
  sweepId: string,
  { reason, wait, timeout }: { reason: string; wait: boolean; timeout: number | undefined },
): Promise<number> {
  const store = await openStore(session.config.store.value);
  return withTemporal(session.config, async (temporal) => {
    await temporal.ready;
    await signalCancel(temporal, sweepId, reason);
    if (!wait) {
      answerState(session, sweepId, 'cancelling');
      remark(session, `To wait until nothing of it is alive: ${invocation} cancel ${sweepId} --wait`);
      return 0;
    }
    const show = session.format === 'text' ? createSweepReporter(session) : (): void => undefined;
    const { end, view } = await watchSweep(session, { temporal, store, sweepId }, { timeout, show });
    show(view);
    if (end !== 'ended') {
      answerState(session, sweepId, 'cancelling');
      return end === 'timeout' ? 8 : 130;
    }
    if (session.format === 'text') answerState(session, sweepId, view.state);
    else answerJson(session, summarizeSweep(view, session.io.now()));
    return view.state === 'cancelled' ? 0 : exitCodeOfState(view.state);
  });
}

/** To whichever execution is the newest: a sweep may continue as new at this moment. */
async function signalCancel(temporal: Temporal, sweepId: string, reason: string): Promise<void> {
  try {
    await temporal.client.workflow.getHandle(sweepId).signal(cancelRunSignal, { by: describeUser(), reason });
  } catch (error) {
    throw isNotFound(error) ? await finished(temporal, sweepId) : error;
  }
}

function answerState(session: Session, sweepId: string, state: ViewState): void {
  if (session.format === 'text') answer(session, `${sweepId} ${describeState(state)}`);
  else answerJson(session, { sweepId, state });
}
