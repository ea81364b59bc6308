import type { ScheduleOverlapPolicy } from '@temporalio/client';

/** What happens when a schedule fires while a run of it goes on, as it is typed and as it is explained. */
export const overlapPolicies = {
  skip: 'a firing is left out while a run goes on',
  'buffer-one': 'one firing waits for the run that goes on, further ones are left out',
  'buffer-all': 'firings wait for each other',
  'cancel-other': 'the run that goes on is cancelled; the next one starts when nothing of it is alive',
  'terminate-other': 'the run that goes on is asked to stop, and the next one starts at once',
  'allow-all': 'runs go on side by side',
} as const;

export type OverlapName = keyof typeof overlapPolicies;

export const overlapNames = Object.keys(overlapPolicies) as OverlapName[];

/** The policy as Temporal names it. */
export const toOverlap = (name: OverlapName): ScheduleOverlapPolicy =>
  name.toUpperCase().replace('-', '_') as ScheduleOverlapPolicy;

/** The policy as it is typed. */
export const overlapNameOf = (policy: ScheduleOverlapPolicy): OverlapName =>
  (policy ?? 'SKIP').toLowerCase().replace('_', '-') as OverlapName;
