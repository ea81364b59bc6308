import assert from 'node:assert/strict';
import { readWhole } from '../../../steps/table/column.ts';
import { applyScaling, Moments, scalingOf } from '../../../steps/table/scaling.ts';
import { openTable } from '../../../steps/table/table.ts';
import { assertClose, readCases } from '../oracle.ts';
import { diabetes } from '../run.ts';

interface Scaled {
  readonly features: string[];
  readonly means: number[];
  readonly scales: number[];
  readonly rows: Record<string, number[]>;
}

describe('scaling', () => {
  it('is that of load_diabetes(scaled=True) to 1e-12', async () => {
    const expected = readCases<Scaled>('scaling');
    const { features } = expected;
    const X = await readWhole(await openTable(diabetes), features);
    const moments = new Moments(features.length);
    moments.add(X);
    const scaling = scalingOf(features, moments, 'data');
    applyScaling(X, features, scaling);
    for (const [place, feature] of features.entries()) {
      assertClose(scaling[feature]!.mean, expected.means[place]!, `mean of ${feature}`, 1e-14);
      assertClose(scaling[feature]!.scale, expected.scales[place]!, `scale of ${feature}`, 1e-14);
      for (const [row, values] of Object.entries(expected.rows)) {
        const value = X.values[Number(row) * features.length + place]!;
        assertClose(value, values[place]!, `${feature} of row ${row}`, 1e-12, 1e-15);
      }
    }
  });

  it('keeps its digits where the mean is a hundred million times the spread', () => {
    const moments = new Moments(1);
    for (let begin = 0; begin < 10_000; begin += 100) {
      const values = Float64Array.from({ length: 100 }, (_, row) => 1e8 + ((begin + row) % 2));
      moments.add({ rows: 100, width: 1, values });
    }
    assert.deepEqual(scalingOf(['a'], moments, 'data'), { a: { mean: 100000000.5, scale: 50 } });
  });

  it('only centres a constant feature', () => {
    const moments = new Moments(1);
    moments.add({ rows: 4, width: 1, values: Float64Array.of(3, 3, 3, 3) });
    assert.deepEqual(scalingOf(['a'], moments, 'data'), { a: { mean: 3, scale: 2 } });
  });

  it('refuses values whose squares are beyond the largest number', () => {
    const moments = new Moments(1);
    moments.add({ rows: 2, width: 1, values: Float64Array.of(1e300, -1e300) });
    assert.throws(() => scalingOf(['a'], moments, 'x.csv'), {
      message: 'x.csv: the values of column a are too large to scale',
    });
  });
});
