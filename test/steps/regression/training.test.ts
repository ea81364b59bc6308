import { applyScaling, Moments, scalingOf } from '../../../steps/table/scaling.ts';
import { readWhole } from '../../../steps/table/column.ts';
import { openTable } from '../../../steps/table/table.ts';
import { trainLine, type Training } from '../../../steps/regression/training.ts';
import type { Block } from '../../../steps/table/block.ts';
import assert from 'node:assert/strict';
import { assertClose, readCases, type Regression } from '../oracle.ts';
import { diabetes } from '../run.ts';

// As in make_fixtures.py.
const made: Record<string, (row: Map<string, number>) => number> = {
  double_bmi: (row) => 2 * row.get('bmi')! + 3,
  sum: (row) => row.get('bmi')! + row.get('bp')! - row.get('age')!,
  seven: () => 7,
};

async function train(
  features: string[],
  testSize: number,
  randomState: number,
  blockRows = Infinity,
): Promise<Training> {
  const table = await openTable(diabetes);
  const data = await readWhole(table, table.header);
  const rows = Array.from({ length: data.rows }, (_, row) => {
    const values = data.values.subarray(row * data.width, (row + 1) * data.width);
    const named = new Map(table.header.map((name, column) => [name, values[column]!]));
    return features.map((feature) => made[feature]?.(named) ?? named.get(feature)!);
  });
  const X: Block = { rows: rows.length, width: features.length, values: Float64Array.from(rows.flat()) };
  const moments = new Moments(features.length);
  moments.add(X);
  applyScaling(X, features, scalingOf(features, moments, 'data'));
  const target = Float64Array.from(
    { length: data.rows },
    (_, row) => data.values[(row + 1) * data.width - 1]!,
  );
  return trainLine(features, cut(X, blockRows), target, { testSize, randomState, source: 'data' });
}

function* cut(block: Block, rows: number): Generator<Block> {
  for (let begin = 0; begin < block.rows; begin += rows) {
    const end = Math.min(begin + rows, block.rows);
    const values = block.values.subarray(begin * block.width, end * block.width);
    yield { rows: end - begin, width: block.width, values };
  }
}

describe('training', () => {
  for (const expected of readCases<Regression[]>('regression')) {
    const { features, test_size, random_state } = expected;
    it(`gives scikit-learn's numbers for ${features.join(',')} with test size ${test_size} and seed ${random_state}`, async () => {
      const { line, mse, r2, rows } = await train(features, test_size, random_state);
      assert.deepEqual(rows, expected.rows);
      assertClose(mse, expected.mse, 'mse');
      if (expected.r2 === null) assert.equal(r2, Number.NaN);
      // Where R² is next to 0 it is 1 less a number next to 1, and has that number's digits.
      else assertClose(r2, expected.r2, 'r2', 1e-9, 1e-13);
      for (const [place, feature] of features.entries()) {
        // A constant feature's coefficient is 0, but for rounding.
        assertClose(line.coefficients[place]!, expected.coefficients[feature]!, feature, 1e-9, 1e-11);
      }
      assertClose(line.intercept, expected.intercept, 'intercept');
    });
  }

  it('gives the same numbers however the rows are cut into blocks', async () => {
    const whole = await train(['bmi', 'bp', 's5'], 0.2, 0);
    for (const rows of [1, 7, 441]) {
      const { mse, r2, line } = await train(['bmi', 'bp', 's5'], 0.2, 0, rows);
      assert.deepEqual({ mse, r2, line }, { mse: whole.mse, r2: whole.r2, line: whole.line });
    }
  });

  it('names the features that are combinations of each other, and no others', async () => {
    const { line } = await train(['s1', 'bmi', 's2', 'double_bmi'], 0.2, 0);
    assert.deepEqual(line.collinear, [1, 3]);
    assert.deepEqual((await train(['bmi', 'seven'], 0.2, 0)).line.collinear, [1]);
    assert.deepEqual((await train(['bmi', 'bp'], 0.2, 0)).line.collinear, []);
  });

  it('keeps all test rows of small data for the figure', async () => {
    const { sample } = await train(['bmi'], 0.2, 0);
    assert.equal(sample.actual.length, 89);
    assert.equal(sample.predicted.length, 89);
  });

  it('refuses targets and features of different length', async () => {
    const X: Block = { rows: 4, width: 1, values: Float64Array.of(1, 2, 3, 4) };
    const options = { testSize: 0.5, randomState: 0, source: 'X.csv' };
    await assert.rejects(trainLine(['a'], [X], Float64Array.of(1, 2, 3, 4, 5, 6), options), {
      message: 'X.csv has 4 rows, the target file 6',
    });
  });
});
