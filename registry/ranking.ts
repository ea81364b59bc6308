/** Which version is best: by one metric, in one direction. */
import { PipelineError } from '../errors/error.ts';
import type { Metrics } from '../workflows/messages.ts';
import { compareValues, measure, type Objective } from '../workflows/objective.ts';

// `val_mse`, `log_loss`, `max_error`; scikit-learn's `neg_mean_squared_error` is better the higher it is.
const errorLike = /(^|[^a-z])(mse|rmse|mae)$|(loss|error)$/i;

/**
 * Reads `r2`, `mse`, `r2:max` or `depth:min`. Without a direction the least is best of what measures an error (`mse`,
 * `rmse`, `mae`, names that end in `loss` or `error`), the most of anything else.
 *
 * @throws PipelineError USAGE
 */
export function parseRanking(text: string): Objective {
  const [, metric = '', direction] = /^(.+?)(?::(max|min))?$/.exec(text) ?? [];
  if (metric === '' || metric.includes(':'))
    throw new PipelineError('USAGE', `--best must be a metric such as r2, mse or depth:min, not "${text}".`);
  if (direction !== undefined) return { metric, direction: direction as Objective['direction'] };
  return { metric, direction: errorLike.test(metric) && !/^neg_/i.test(metric) ? 'min' : 'max' };
}

/** The one with the best value, the first of several; undefined where none has the metric as a number. */
export function findBest<T extends { metrics: Metrics | null }>(
  objective: Objective,
  candidates: T[],
): T | undefined {
  let best: { candidate: T; value: number } | undefined;
  for (const candidate of candidates) {
    const { value } = measure(objective, candidate.metrics ?? {});
    if (value !== undefined && compareValues(objective, value, best?.value) < 0) best = { candidate, value };
  }
  return best?.candidate;
}
