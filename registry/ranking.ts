/** Which version is best: by one metric, in one direction. */
import { PipelineError } from '../errors/error.ts';
import type { Metrics } from '../workflows/messages.ts';

export interface Ranking {
  metric: string;
  direction: 'max' | 'min';
}

// `val_mse`, `log_loss`, `max_error`; scikit-learn's `neg_mean_squared_error` is better the higher it is.
const errorLike = /(^|[^a-z])(mse|rmse|mae)$|(loss|error)$/i;

/**
 * Reads `r2`, `mse`, `r2:max` or `depth:min`. Without a direction the least is best of what measures an error (`mse`,
 * `rmse`, `mae`, names that end in `loss` or `error`), the most of anything else.
 *
 * @throws PipelineError USAGE
 */
export function parseRanking(text: string): Ranking {
  const [, metric = '', direction] = /^(.+?)(?::(max|min))?$/.exec(text) ?? [];
  if (metric === '' || metric.includes(':'))
    throw new PipelineError('USAGE', `--best must be a metric such as r2, mse or depth:min, not "${text}".`);
  if (direction !== undefined) return { metric, direction: direction as Ranking['direction'] };
  return { metric, direction: errorLike.test(metric) && !/^neg_/i.test(metric) ? 'min' : 'max' };
}

/** The one with the best value, the first of several; undefined where none has the metric as a number. */
export function findBest<T extends { metrics: Metrics | null }>(
  { metric, direction }: Ranking,
  candidates: T[],
): T | undefined {
  const sign = direction === 'max' ? 1 : -1;
  let best: { candidate: T; value: number } | undefined;
  for (const candidate of candidates) {
    const value = candidate.metrics?.[metric];
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    if (best === undefined || sign * (value - best.value) > 0) best = { candidate, value };
  }
  return best?.candidate;
}
