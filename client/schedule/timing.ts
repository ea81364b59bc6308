/** When a schedule fires, between what is typed, what Temporal keeps and what a person reads. */
import type { ScheduleSpec, ScheduleSpecDescription } from '@temporalio/client';
import { PipelineError } from '../../errors/error.ts';
import { formatSeconds } from '../../report/time.ts';
import { parseDuration } from '../duration.ts';
import { parseCron } from './cron.ts';

/** The flags that say when. */
export interface TimingFlags {
  cron?: string;
  timezone?: string;
  every?: string;
  jitter?: string;
}

/**
 * What Temporal is given for the flags; where some are left out, the rest of an earlier spec holds.
 *
 * @throws PipelineError USAGE, SCHEDULE_INVALID
 */
export function readTiming(flags: TimingFlags, earlier?: ScheduleSpecDescription): ScheduleSpec {
  const { cron, timezone, every, jitter } = flags;
  if (cron !== undefined && every !== undefined)
    throw new PipelineError('USAGE', 'A schedule has --cron or --every, not both.');
  const isInterval = every !== undefined || (cron === undefined && (earlier?.intervals?.length ?? 0) > 0);
  if (isInterval && timezone !== undefined)
    throw new PipelineError(
      'USAGE',
      '--timezone has no meaning with --every, which counts from 1970 in UTC.',
      {
        hint: 'For a time of the day give --cron, for example --cron "0 6 * * *".',
      },
    );
  if (timezone !== undefined) assertTimezone(timezone);
  return {
    ...earlier,
    ...(cron === undefined
      ? {}
      : { calendars: [], intervals: [], cronExpressions: [withComment(parseCron(cron))] }),
    ...(every === undefined
      ? {}
      : { calendars: [], intervals: [{ every: parseEvery(every) }], timezone: 'UTC' }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(jitter === undefined ? {} : { jitter: jitter === 'none' ? 0 : parseDuration(jitter, '--jitter') }),
  };
}

// Temporal turns a cron line into ranges and keeps its comment: so it can be shown as it was typed, here and in the Web UI.
const withComment = (cron: string): string => `${cron} # ${cron}`;

function parseEvery(text: string): number {
  const milliseconds = parseDuration(text, '--every');
  if (milliseconds % 1000 === 0) return milliseconds;
  throw new PipelineError('USAGE', `--every must be whole seconds, not ${text}.`);
}

function assertTimezone(name: string): void {
  try {
    // oxlint-disable-next-line no-new -- it throws for a zone that is not there
    new Intl.DateTimeFormat('en', { timeZone: name });
    // Intl also takes +09:00, which the server does not.
    if (/^[A-Za-z]/.test(name)) return;
  } catch {
    // Said below.
  }
  throw new PipelineError('SCHEDULE_INVALID', `There is no time zone ${JSON.stringify(name)}.`, {
    hint: 'Zones are named as in the IANA database: Asia/Seoul, Europe/Berlin, America/New_York, UTC.',
  });
}

/** When a schedule fires, for programs. */
export interface Timing {
  /** The five fields, or null where it fires at an interval. */
  cron: string | null;
  timezone: string;
  everySeconds: number | null;
  jitterSeconds: number;
}

/** When a schedule fires, from what Temporal keeps. */
export function timingOf({ calendars, intervals, timezone, jitter }: ScheduleSpecDescription): Timing {
  return {
    cron: calendars?.[0]?.comment || null,
    timezone: timezone || 'UTC',
    everySeconds: intervals?.[0] === undefined ? null : intervals[0].every / 1000,
    jitterSeconds: (jitter ?? 0) / 1000,
  };
}

/** `0 6 * * 1-5 Asia/Seoul`, `every 1h 00m`. */
export function describeTiming({ cron, timezone, everySeconds }: Timing): string {
  if (cron !== null) return `${cron} ${timezone}`;
  // Another tool's schedule may have calendars of its own.
  return everySeconds === null ? `calendar ${timezone}` : `every ${formatSeconds(everySeconds)}`;
}

/** A time on the clocks of a zone, the machine's own by default: `Wed 2026-11-25 06:00`. */
export function formatTime(time: Date, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat('en', { weekday: 'short', ...zone }).format(time);
  // Sweden writes dates as ISO 8601 does.
  const timeStyle = time.getUTCSeconds() === 0 ? 'short' : 'medium';
  return `${day} ${new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle, ...zone }).format(time)}`;
}
