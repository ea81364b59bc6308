/** What the flags of `schedule create` and `schedule update` come to. */
import type { ScheduleOverlapPolicy } from '@temporalio/client';
import { PipelineError } from '../../errors/error.ts';
import type { ScheduledInput } from '../../workflows/messages.ts';
import { parseDuration } from '../duration.ts';
import type { RunOptions } from '../run-input.ts';
import { toOverlap, type OverlapName } from './policy.ts';
import type { TimingFlags } from './timing.ts';

/** The flags, beside the parameters. */
export interface ScheduleFlags extends TimingFlags, Omit<RunOptions, 'forceRerun'> {
  overlap?: OverlapName;
  catchup?: string;
  note?: string;
  forceRerun?: boolean;
}

/** Of a schedule's policies those that are given; the window in milliseconds. */
export function readPolicies({ overlap, catchup }: ScheduleFlags): {
  overlap?: ScheduleOverlapPolicy;
  catchupWindow?: number;
} {
  return {
    ...(overlap === undefined ? {} : { overlap: toOverlap(overlap) }),
    ...(catchup === undefined ? {} : { catchupWindow: readCatchup(catchup) }),
  };
}

function readCatchup(text: string): number {
  const milliseconds = parseDuration(text, '--catchup');
  // The server takes less for ten seconds, without a word.
  if (milliseconds >= 10_000) return milliseconds;
  throw new PipelineError('USAGE', `--catchup must be 10s or more, not ${text}.`);
}

/**
 * Runs that wait for a person, without an end, keep a schedule from firing: that has to be meant.
 *
 * @param before what the schedule started so far, where there is one
 * @throws PipelineError USAGE
 */
export function assertMeant(
  { overlap }: ScheduleFlags,
  run: ScheduledInput['run'],
  before?: ScheduledInput['run'],
): void {
  if (overlap !== undefined || !waits(run) || (before !== undefined && waits(before))) return;
  const approval = run.approval !== undefined && run.approval.timeout === undefined;
  throw new PipelineError(
    'USAGE',
    `A run that waits for ${approval ? 'approval' : 'a retry'} keeps this schedule from firing for as long as it waits.`,
    {
      hint: approval
        ? 'Add --approval-timeout 12h, or say with --overlap what is to happen: skip, if that is what is meant.'
        : 'Say with --overlap what is to happen: skip, if that is what is meant.',
    },
  );
}

const waits = ({ approval, onFailure }: ScheduledInput['run']): boolean =>
  onFailure === 'wait' || (approval !== undefined && approval.timeout === undefined);
