import assert from 'node:assert/strict';
import { bestId, combinationAt, countCombinations, sweepIdOf, trainingId } from '../../workflows/grid.ts';
import { compareValues, measure } from '../../workflows/objective.ts';

describe('workflows/grid', () => {
  const grid = { test_size: [0.1, 0.2], features: ['bmi', 'bmi,bp', 'all'] };

  it('has each combination once, the values of the last parameter changing fastest', () => {
    assert.equal(countCombinations(grid), 6);
    assert.deepEqual(
      Array.from({ length: 6 }, (_, index) => combinationAt(grid, index)),
      [
        { test_size: 0.1, features: 'bmi' },
        { test_size: 0.1, features: 'bmi,bp' },
        { test_size: 0.1, features: 'all' },
        { test_size: 0.2, features: 'bmi' },
        { test_size: 0.2, features: 'bmi,bp' },
        { test_size: 0.2, features: 'all' },
      ],
    );
  });

  it('numbers the trainings so that their ids sort as they do, and knows the sweep by the id', () => {
    assert.deepEqual(
      [0, 8, 9].map((index) => trainingId('sweep-20261124-153000-7f3a', index, 10)),
      ['sweep-20261124-153000-7f3a-01', 'sweep-20261124-153000-7f3a-09', 'sweep-20261124-153000-7f3a-10'],
    );
    assert.equal(trainingId('s', 999, 1000), 's-1000');
    assert.equal(sweepIdOf('sweep-20261124-153000-7f3a-01'), 'sweep-20261124-153000-7f3a');
    assert.equal(sweepIdOf(bestId('s')), 's');
    assert.equal(sweepIdOf('training-20261124-153000-7f3a'), undefined);
  });
});

const results: { value?: number }[] = [{ value: 2 }, {}, { value: 3 }, { value: 1 }];

const sorted = (direction: 'max' | 'min'): (number | undefined)[] =>
  results
    .toSorted((a, b) => compareValues({ metric: 'm', direction }, a.value, b.value))
    .map(({ value }) => value);

describe('workflows/objective', () => {
  it('sorts from the best to the worst in either direction, what was not measured last', () => {
    assert.deepEqual(sorted('max'), [3, 2, 1, undefined]);
    assert.deepEqual(sorted('min'), [1, 2, 3, undefined]);
  });

  it('takes a metric only where it is a finite number', () => {
    const objective = { metric: 'r2', direction: 'max' } as const;
    assert.deepEqual(measure(objective, { r2: 0.5 }), { value: 0.5 });
    assert.deepEqual(measure(objective, { r2: null }), {});
    assert.deepEqual(measure(objective, { r2: 'nan' }), {});
    assert.deepEqual(measure(objective, {}), {});
  });
});
