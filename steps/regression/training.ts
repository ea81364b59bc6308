import { dataFailure } from '../program/failure.ts';
import type { Block } from '../table/block.ts';
import { CentredFactor } from './factor.ts';
import { fitLine, meanSquaredError, type Line } from './fit.ts';
import { predict } from './scoring.ts';
import { splitRows } from './split.ts';

/** Test rows kept for the figure, in the order of the data. */
export interface Sample {
  readonly features: Float64Array[];
  readonly actual: number[];
  readonly predicted: number[];
}

/** What training yields. */
export interface Training {
  readonly line: Line;
  readonly mse: number;
  /** NaN when a single test row leaves it undefined. */
  readonly r2: number;
  readonly rows: { readonly train: number; readonly test: number };
  readonly sample: Sample;
}

const sampleRows = 2000;
// What a row is for; rows of the sample are test rows.
const train = 0;
const test = 1;
const sampled = 2;

/** Splits the rows, fits a line to one side and measures it on the other, in one pass over the features. */
export async function trainLine(
  features: readonly string[],
  blocks: AsyncIterable<Block> | Iterable<Block>,
  target: Float64Array,
  options: { testSize: number; randomState: number; source: string },
): Promise<Training> {
  const split = splitRows(target.length, options.testSize, options.randomState);
  requireRows(split.train.length, features.length);
  const roles = new Uint8Array(target.length).fill(train);
  for (const [place, row] of split.test.entries()) roles[row] = place < sampleRows ? sampled : test;

  const width = features.length + 1;
  const factors = { train: new CentredFactor(width), test: new CentredFactor(width) };
  const sample: Sample = { features: [], actual: [], predicted: [] };
  let row = 0;
  for await (const block of blocks) {
    for (let at = 0; at < block.rows; at++, row++) {
      if (row >= target.length) continue;
      const values = block.values.subarray(at * block.width, (at + 1) * block.width);
      const actual = target[row]!;
      if (roles[row] === sampled) {
        sample.features.push(values.slice());
        sample.actual.push(actual);
      }
      (roles[row] === train ? factors.train : factors.test).add(values, actual);
    }
  }
  if (row !== target.length) {
    throw dataFailure(
      `${options.source} has ${row} rows, the target file ${target.length}`,
      'give the data_X and data_y that one run of prep_data wrote',
    );
  }
  const line = fitLine(factors.train);
  for (const values of sample.features) sample.predicted.push(predict(line, values));
  const mse = meanSquaredError(line, factors.test);
  const rows = { train: split.train.length, test: split.test.length };
  return { line, mse, r2: determination(mse, split.test, target), rows, sample };
}

function requireRows(rows: number, features: number): void {
  if (rows > features) return;
  throw dataFailure(
    `${rows} rows to train on are too few for ${features} features (at least ${features + 1} are needed)`,
    'give more rows, fewer features or a smaller test size',
  );
}

// As scikit-learn's r2_score: where the target does not vary, 1 for a perfect prediction and 0 for any other.
function determination(mse: number, rows: Uint32Array, target: Float64Array): number {
  if (rows.length < 2) return Number.NaN;
  const mean = rows.reduce((sum, row) => sum + target[row]!, 0) / rows.length;
  const variance = rows.reduce((sum, row) => sum + (target[row]! - mean) ** 2, 0) / rows.length;
  if (variance === 0) return mse === 0 ? 1 : 0;
  return 1 - mse / variance;
}
