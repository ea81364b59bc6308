import assert from 'node:assert/strict';
import { splitRows } from '../../../steps/regression/split.ts';
import { readCases } from '../oracle.ts';

interface Case {
  readonly rows: number;
  readonly test_size: number;
  readonly random_state: number;
  readonly train: number[];
  readonly test: number[];
}

describe('splitting rows', () => {
  for (const { rows, test_size, random_state, train, test } of readCases<Case[]>('split')) {
    it(`gives train_test_split's rows, in its order, for ${rows} rows, test size ${test_size}, seed ${random_state}`, () => {
      const split = splitRows(rows, test_size, random_state);
      assert.deepEqual([...split.test], test);
      assert.deepEqual([...split.train], train);
    });
  }

  it('refuses a split that leaves a side empty', () => {
    assert.throws(() => splitRows(10, 0.95, 0), {
      message: 'the test size 0.95 leaves no row to train on (10 rows, 10 of them for testing)',
    });
  });
});
