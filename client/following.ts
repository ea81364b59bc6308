import { setTimeout as delay } from 'node:timers/promises';
import { PipelineError } from '../errors/error.ts';
import type { FileStore } from '../store/file.ts';
import { withTemporal } from './connection.ts';
import { copyFrom } from './log.ts';
import { announce, chooseLog, listLogs, startOf, type LogOptions, type RunLog } from './logs.ts';
import { invocation, remark, type Session } from './session.ts';
import { isFinal, type RunView } from './view.ts';
import { watchRun } from './watch.ts';

/** How often a log is looked at, in milliseconds. */
const pace = 100;

/** Prints the logs of a run as they are written, one after the other, until the run or the step that was named has ended. */
export async function followLogs(
  session: Session,
  store: FileStore,
  view: RunView,
  options: LogOptions,
): Promise<number> {
  if (session.format !== 'text')
    throw new PipelineError('USAGE', '--follow prints the log itself, not as JSON.', {
      hint: `Without --follow -o json says where the log is.`,
    });
  return withTemporal(session.config, async (temporal) => {
    let latest = view;
    const enough = new AbortController();
    const ended = new AbortController();
    const watching = watchRun(session, { temporal, store }, view, {
      show: (now) => (latest = now),
      signal: enough.signal,
    }).finally(() => ended.abort());
    // Awaited below; meanwhile the log goes on.
    watching.catch(() => undefined);
    const copy = createCopier(session, options);
    for (;;) {
      // Asked before the log is read, so that the last lines are seen.
      const over = ended.signal.aborted || isOver(latest, options);
      if (ended.signal.aborted) latest = (await watching).view;
      await copy(await listLogs(store, latest, options), latest);
      if (over) break;
      await delay(pace, undefined, { signal: ended.signal }).catch(() => undefined);
    }
    enough.abort();
    const { end } = await watching;
    if (end !== 'detached' || isOver(latest, options)) return 0;
    remark(session, `The run goes on. To see its logs again: ${invocation} logs ${view.runId} --follow`);
    return 130;
  });
}

/** Copies what is new, and goes on to the next log where one is over. */
function createCopier(
  session: Session,
  options: LogOptions,
): (logs: RunLog[], view: RunView) => Promise<void> {
  let current: RunLog | undefined;
  let position = 0;
  const isCurrent = ({ step, attempt }: RunLog): boolean =>
    step === current?.step && attempt === current.attempt;
  return async (logs, view) => {
    const first = current === undefined ? chooseLog(logs, view) : logs.find(isCurrent);
    if (first === undefined) return;
    for (const log of logs.slice(logs.indexOf(first))) {
      if (!isCurrent(log)) {
        position = current === undefined ? await startOf(log, options) : 0;
        current = log;
        announce(session, log);
      }
      position = await copyFrom(log.path, position, session.io.stdout);
      if (log.live) return;
    }
  };
}

/** Whether nothing comes any more of what was asked for. */
function isOver({ state, progress }: RunView, { step: name, attempt }: LogOptions): boolean {
  if (isFinal(state)) return true;
  const step = progress?.steps.find((one) => one.name === name);
  if (step === undefined) return false;
  if (
    attempt !== undefined &&
    (step.attempt > attempt || (step.attempt === attempt && step.state === 'failed'))
  )
    return true;
  // One that has failed may be tried again as long as the run goes on.
  return step.state !== 'waiting' && step.state !== 'running' && step.state !== 'failed';
}
