import type { Progress, StepProgress } from '../workflows/messages.ts';
import { html, type Html } from './html.ts';

/** Seconds as a person says them: `0.4s`, `1m 04s`, `2h 05m`, `3d 04h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`;
  const parts = (large: number, small: number): [number, string] => [
    Math.floor(seconds / large),
    String(Math.floor((seconds % large) / small)).padStart(2, '0'),
  ];
  if (seconds < 3600) return `${parts(60, 1).join('m ')}s`;
  if (seconds < 86_400) return `${parts(3600, 60).join('h ')}m`;
  return `${parts(86_400, 3600).join('d ')}h`;
}

/** How long a step has taken, in seconds; undefined before it has begun. */
export function secondsOf(step: StepProgress, now: Date): number | undefined {
  if (step.reused !== undefined) return undefined;
  if (step.seconds !== undefined) return step.seconds;
  // A run of an older worker does not say when a step of it failed.
  if (step.startedAt === undefined || (step.finishedAt === undefined && step.state !== 'running'))
    return undefined;
  return since(step.startedAt, step.finishedAt, now);
}

/** How long a run, or a sweep, has taken, in seconds. */
export const runSeconds = (
  { startedAt, finishedAt }: Pick<Progress, 'startedAt' | 'finishedAt'>,
  now: Date,
): number => since(startedAt, finishedAt, now);

function since(start: string, end: string | undefined, now: Date): number {
  const stop = end === undefined ? now.getTime() : Date.parse(end);
  return Math.max(0, stop - Date.parse(start)) / 1000;
}

/** A point in time, which reads the same wherever the page is opened: `2026-11-23 08:34:00 UTC`. */
export const renderTime = (time: string): Html =>
  html`<time datetime="${time}">${time.slice(0, 19).replace('T', ' ')} UTC</time>`;
