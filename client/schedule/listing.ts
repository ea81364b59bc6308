import type { ScheduleSummary } from '@temporalio/client';
import { openStore } from '../../store/file.ts';
import { withTemporal } from '../connection.ts';
import { answer, answerJson, invocation, remark, type Session } from '../session.ts';
import { renderTable, type Column } from '../table.ts';
import { readMemo } from './find.ts';
import { describeTiming, formatTime, timingOf, type Timing } from './timing.ts';

interface Row extends Timing {
  name: string;
  state: 'active' | 'paused';
  nextAt: string | null;
  /** When it has last started a run. */
  lastAt: string | null;
  note: string | null;
}

/** Lists the schedules of this project. */
export async function listSchedules(session: Session): Promise<number> {
  const { io, format, config } = session;
  const store = await openStore(config.store.value);
  const rows = await withTemporal(config, async (temporal) => {
    await temporal.ready;
    const found: Row[] = [];
    for await (const schedule of temporal.client.schedule.list())
      if (readMemo(schedule)?.storeId === store.id) found.push(toRow(schedule));
    return found.toSorted((a, b) => a.name.localeCompare(b.name));
  });
  if (format === 'json') answerJson(session, rows);
  else if (format === 'jsonl') for (const row of rows) answerJson(session, row);
  else if (rows.length === 0)
    remark(session, `No schedules. Create one: ${invocation} schedule create nightly --cron "0 6 * * 1-5"`);
  else for (const line of renderTable(columns, rows, io)) answer(session, line);
  return 0;
}

const toRow = ({ scheduleId, spec, state, info }: ScheduleSummary): Row => ({
  name: scheduleId,
  state: state.paused ? 'paused' : 'active',
  ...timingOf(spec ?? {}),
  nextAt: info.nextActionTimes[0]?.toISOString() ?? null,
  lastAt: info.recentActions.at(-1)?.takenAt.toISOString() ?? null,
  note: state.note || null,
});

const columns: Column<Row>[] = [
  { title: 'SCHEDULE', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'WHEN', cell: describeTiming },
  timeColumn('NEXT', ({ nextAt }) => nextAt),
  timeColumn('LAST RUN', ({ lastAt }) => lastAt),
];

function timeColumn(title: string, read: (row: Row) => string | null): Column<Row> {
  return {
    title,
    cell: (row) => {
      const time = read(row);
      return time === null ? '' : formatTime(new Date(time));
    },
    raw: (row) => read(row) ?? '',
  };
}
