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
