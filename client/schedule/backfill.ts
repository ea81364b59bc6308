import { PipelineError } from '../../errors/error.ts';
import { confirm } from '../confirm.ts';
import type { Temporal } from '../connection.ts';
import { answer, answerJson, invocation, remark, type Session } from '../session.ts';
import { withSchedule } from './find.ts';
import { toOverlap, type OverlapName } from './policy.ts';

interface BackfillOptions {
  from: string;
  to: string;
  overlap: OverlapName;
  yes: boolean;
}

/** So many firings are made without a question. */
const unasked = 10;

/** The server counts no further. */
const countLimit = 1000;

/** Has a schedule fire for each of its times in the past between two, the two included. */
export async function backfillSchedule(
  session: Session,
  name: string,
  { from, to, overlap, yes }: BackfillOptions,
): Promise<number> {
  const [start, end] = [parseTime(from, '--from'), parseTime(to, '--to')];
  if (start >= end) throw new PipelineError('USAGE', `--from ${from} is not before --to ${to}.`);
  if (end > session.io.now())
    throw new PipelineError('USAGE', `--to ${to} has not been yet: the schedule fires then by itself.`);
  return withSchedule(session, name, async ({ temporal, handle }) => {
    const times = await listTimes(temporal, name, start, end);
    if (times.length >= countLimit)
      throw new PipelineError('USAGE', `${name} has ${countLimit} times or more from ${from} to ${to}.`, {
        hint: 'Backfill a shorter span at once.',
      });
    if (times.length > unasked && !yes && !(await agree(session, name, times.length))) return 2;
    if (times.length > 0) await handle.backfill({ start, end, overlap: toOverlap(overlap) });
    report(session, name, times);
    return 0;
  });
}

async function agree({ io }: Session, name: string, count: number): Promise<boolean> {
  if (io.isTTY) return confirm(`Start ${count} runs of ${name}?`);
  throw new PipelineError('USAGE', `This starts ${count} runs of ${name} and needs --yes.`);
}

function report(session: Session, name: string, times: Date[]): void {
  if (session.format !== 'text') return answerJson(session, { name, times });
  for (const time of times) answer(session, time.toISOString());
  if (times.length === 0) remark(session, `${name} has no time in that span; nothing was started.`);
  else remark(session, `Next: ${invocation} schedule show ${name}`);
}

/** The times a schedule has in a span. */
export async function listTimes(
  { connection, namespace }: Pick<Temporal, 'connection' | 'namespace'>,
  scheduleId: string,
  start: Date,
  end: Date,
): Promise<Date[]> {
  const { msToTs, requiredTsToDate } = await import('@temporalio/common/lib/time.js');
  const { startTime } = await connection.workflowService.listScheduleMatchingTimes({
    namespace,
    scheduleId,
    // A backfill has its start in it, this has not.
    startTime: msToTs(start.getTime() - 1),
    endTime: msToTs(end.getTime()),
  });
  return startTime.map((time) => requiredTsToDate(time, 'startTime'));
}

function parseTime(text: string, flag: string): Date {
  const time = new Date(text);
  // A time without a zone would be the machine's, where nobody thinks of it.
  if (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(time.getTime())
  )
    return time;
  throw new PipelineError(
    'USAGE',
    `${flag} must be a time with its zone, as 2026-11-20T06:00:00Z or 2026-11-20T06:00+09:00, not ${text}.`,
  );
}
