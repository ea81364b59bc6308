import type { ScheduleDescription } from '@temporalio/client';
import type { Parameters, ScheduledInput } from '../../workflows/messages.ts';
import type { Temporal } from '../connection.ts';
import type { Session } from '../session.ts';
import { readMemo, scheduleUrl } from './find.ts';
import { overlapNameOf, type OverlapName } from './policy.ts';
import { timingOf, type Timing } from './timing.ts';

/** What `-o json` says of a schedule: docs/schedules.md describes it. */
export interface ScheduleSummary extends Timing {
  name: string;
  state: 'active' | 'paused';
  overlap: OverlapName;
  catchupSeconds: number;
  note: string | null;
  parameters: Parameters;
  forceRerun: boolean;
  root: string;
  createdBy: string | null;
  createdAt: string;
  updatedAt: string | null;
  nextTimes: string[];
  /** How many firings have started a run, and how many have not, and why. */
  firings: Firings;
  url: string;
}

interface Firings {
  started: number;
  /** A run was going on, and the policy is to skip. */
  skipped: number;
  /** The server was away for longer than the catch-up window. */
  missed: number;
  /** More were waiting than Temporal keeps. */
  dropped: number;
  /** They wait for the run that goes on. */
  waiting: number;
}

/** The times at which a schedule will fire next: Temporal says ten. */
const nextCount = 5;

/** A schedule as `-o json` says it. */
export function summarizeSchedule(
  session: Session,
  { namespace }: Temporal,
  description: ScheduleDescription,
): ScheduleSummary {
  const { scheduleId, spec, policies, state, info, raw, action } = description;
  const [input] = action.args as unknown as [ScheduledInput];
  return {
    name: scheduleId,
    state: state.paused ? 'paused' : 'active',
    ...timingOf(spec),
    overlap: overlapNameOf(policies.overlap),
    catchupSeconds: policies.catchupWindow / 1000,
    note: state.note || null,
    parameters: input.run.parameters,
    forceRerun: input.run.forceRerun,
    root: input.root,
    createdBy: readMemo(description)?.createdBy ?? null,
    createdAt: info.createdAt.toISOString(),
    updatedAt: info.lastUpdatedAt?.toISOString() ?? null,
    nextTimes: info.nextActionTimes.slice(0, nextCount).map((time) => time.toISOString()),
    firings: {
      started: info.numActionsTaken,
      skipped: info.numActionsSkippedOverlap,
      missed: info.numActionsMissedCatchupWindow,
      dropped: Number(raw.info?.bufferDropped ?? 0),
      waiting: Number(raw.info?.bufferSize ?? 0),
    },
    url: scheduleUrl(session, namespace, scheduleId),
  };
}
