import assert from 'node:assert/strict';
import { meetsCondition, parseCondition } from '../../workflows/condition.ts';

describe('a condition on metrics', () => {
  const metrics = { r2: 0.19, mse: 4150.68, note: 'fine' };
  const cases: [string, boolean][] = [
    ['r2 >= 0.15', true],
    ['r2>=0.19', true],
    ['r2 > 0.19', false],
    ['mse < 4.2e3', true],
    ['mse <= -1', false],
    ['r2 >= 0.15 and mse < 4000', false],
    ['r2 >= .15 AND mse < 4200', true],
    ['rmse < 100', false],
    ['note > 1', false],
  ];
  for (const [condition, expected] of cases)
    it(`${condition} ${expected ? 'holds' : 'does not hold'}`, () =>
      assert.equal(meetsCondition(condition, metrics), expected));

  for (const text of [
    '',
    'r2',
    'r2 => 0.1',
    'r2 >= good',
    '0.1 < r2',
    'r2 >= 0.1 or mse < 1',
    'r2 >= 0.1 and',
  ])
    it(`is none: ${JSON.stringify(text)}`, () => assert.equal(parseCondition(text), undefined));
});
