import assert from 'node:assert/strict';
import { findBest, parseRanking } from '../../registry/ranking.ts';

const candidates = (...values: unknown[]) =>
  values.map((r2, at) => ({ at, metrics: r2 === undefined ? null : { r2 } }));

describe('the best version', () => {
  it('has the most of a metric, but the least of an error or a loss', () => {
    const directions = {
      max: ['r2', 'accuracy', 'f1', 'neg_mean_squared_error', 'lossless', 'maes', 'depth'],
      min: ['mse', 'rmse', 'MAE', 'val_mse', 'log_loss', 'loss', 'valLoss', 'mean_absolute_error', 'error'],
    };
    for (const [direction, metrics] of Object.entries(directions))
      for (const metric of metrics) assert.deepEqual(parseRanking(metric), { metric, direction });
  });

  it('is the way round that is said', () => {
    assert.deepEqual(parseRanking('mse:max'), { metric: 'mse', direction: 'max' });
    assert.deepEqual(parseRanking('depth:min'), { metric: 'depth', direction: 'min' });
    for (const text of ['', ':min', 'r2:most', 'a:b:min', 'r2:'])
      assert.throws(() => parseRanking(text), { code: 'USAGE' }, text);
  });

  it('is the first of several, and none without a number', () => {
    const best = (...values: unknown[]) => findBest(parseRanking('r2'), candidates(...values))?.at;
    assert.equal(best(0.1, 0.3, 0.2, 0.3), 1);
    assert.equal(best(undefined, null, '0.9', -2, Number.NaN), 3);
    assert.equal(best(null, undefined), undefined);
    assert.equal(findBest(parseRanking('r2:min'), candidates(0.1, -0.3, 0.2))?.at, 1);
  });
});
