import { PipelineError } from '../errors/error.ts';

const units = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;

/**
 * A duration as one types it, in milliseconds: `500ms`, `30s`, `5m`, `2h`, `3d`.
 *
 * @throws PipelineError USAGE
 */
export function parseDuration(text: string, flag: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const milliseconds = Number(count) * units[unit as keyof typeof units] * 1000;
  if (!(milliseconds > 0))
    throw new PipelineError('USAGE', `${flag} must be a duration such as 30s, 5m or 2h, not ${text}.`);
  return milliseconds;
}

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
