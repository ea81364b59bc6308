import { mersenne } from 'pure-rand/generator/mersenne';
import { dataFailure } from '../program/failure.ts';

/** Row numbers of both sides, in the order scikit-learn's train_test_split gives them. */
export interface Split {
  readonly test: Uint32Array;
  readonly train: Uint32Array;
}

/** Splits as scikit-learn's train_test_split(test_size, random_state) does, row for row. */
export function splitRows(rows: number, testSize: number, randomState: number): Split {
  const tests = Math.ceil(testSize * rows);
  if (tests === 0 || tests >= rows) {
    throw dataFailure(
      `the test size ${testSize} leaves no row to ${tests === 0 ? 'test' : 'train'} on (${rows} rows, ${tests} of them for testing)`,
      'choose another test size, for example --test_size=0.2, or give more rows',
    );
  }
  const order = permute(rows, randomState);
  return { test: order.subarray(0, tests), train: order.subarray(tests) };
}

/** The numbers 0 to rows - 1 in the order of NumPy's RandomState(randomState).permutation(rows). */
export function permute(rows: number, randomState: number): Uint32Array {
  const generator = mersenne(randomState);
  const order = Uint32Array.from({ length: rows }, (_, index) => index);
  for (let last = rows - 1; last > 0; last--) {
    // NumPy draws from 0..last by masking to the next power of two and drawing again while the value is above.
    const mask = 2 ** (32 - Math.clz32(last)) - 1;
    let drawn = generator.next() & mask;
    while (drawn > last) drawn = generator.next() & mask;
    const kept = order[last]!;
    order[last] = order[drawn]!;
    order[drawn] = kept;
  }
  return order;
}
