import { formatSeconds } from '../../report/time.ts';
import { answer, answerJson, type Session } from '../session.ts';
import { renderTable, type Column } from '../table.ts';
import { describeState } from '../view.ts';
import { withSchedule } from './find.ts';
import { overlapPolicies } from './policy.ts';
import { listFirings, type Firing } from './runs.ts';
import { summarizeSchedule, type ScheduleSummary } from './summary.ts';
import { describeTiming, formatTime } from './timing.ts';

/** How many of the last runs are shown. */
const shownRuns = 10;

/** Shows a schedule: when it fires, what it starts, and what has become of that. */
export async function showSchedule(session: Session, name: string): Promise<number> {
  return withSchedule(session, name, async ({ temporal, description }) => {
    const summary = summarizeSchedule(session, temporal, description);
    const runs = await listFirings(temporal, name, shownRuns);
    if (session.format === 'text') for (const line of renderCard(summary, runs)) answer(session, line);
    else answerJson(session, { ...summary, runs });
    return 0;
  });
}

function renderCard(schedule: ScheduleSummary, runs: Firing[]): string[] {
  const { name, state, overlap, catchupSeconds, jitterSeconds, note, parameters, root, url } = schedule;
  return [
    `${name}   ${state}   ${describeTiming(schedule)}`,
    ...(note === null ? [] : [note]),
    `project   ${root}`,
    `overlap   ${overlap}: ${overlapPolicies[overlap]}`,
    `catch-up  ${formatSeconds(catchupSeconds)}`,
    ...(jitterSeconds === 0 ? [] : [`jitter    up to ${formatSeconds(jitterSeconds)}`]),
    '',
    'Parameters',
    ...Object.entries(parameters).map(([parameter, value]) => `  ${parameter}  ${value}`),
    ...(schedule.forceRerun ? ['  every step runs, nothing is reused'] : []),
    '',
    'Next',
    ...renderNext(schedule),
    '',
    `Firings   ${describeFirings(schedule)}`,
    ...renderTable(columns, runs, { isTTY: true })
      .slice(1)
      .map((line) => `  ${line}`),
    `Temporal  ${url}`,
  ];
}

function renderNext({ nextTimes, timezone, state }: ScheduleSummary): string[] {
  if (nextTimes.length === 0) return ['  never'];
  const held = state === 'paused' ? '   if it is resumed by then' : '';
  return nextTimes.map((text) => {
    const time = new Date(text);
    const [there, here] = [formatTime(time, timezone), formatTime(time)];
    return `  ${there} ${timezone}${there === here ? '' : `   ${here} here`}${held}`;
  });
}

/** `12 started, 2 skipped: a run was going on`. */
function describeFirings({ firings }: ScheduleSummary): string {
  const { started, skipped, missed, dropped, waiting } = firings;
  const why: [number, string, string][] = [
    [skipped, 'skipped', 'a run was going on'],
    [missed, 'missed', 'the server was away for longer than the catch-up'],
    [waiting, 'waiting', 'for the run that goes on'],
    [dropped, 'dropped', 'too many were waiting'],
  ];
  const told = why
    .filter(([count, word]) => count > 0 || word === 'skipped')
    .map(([count, word, reason]) => `${count} ${word}${count > 0 ? ` (${reason})` : ''}`);
  return [`${started} started`, ...told].join(', ');
}

const columns: Column<Firing>[] = [
  { title: 'RUN', cell: ({ runId, workflowId }) => runId ?? `no run (${workflowId})` },
  { title: 'STATE', cell: ({ state }) => describeState(state) },
  { title: 'STARTED', cell: ({ startedAt }) => startedAt },
];
