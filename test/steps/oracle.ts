import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** One training as scikit-learn did it. */
export interface Regression {
  readonly features: string[];
  readonly test_size: number;
  readonly random_state: number;
  readonly mse: number;
  readonly r2: number | null;
  readonly rows: { readonly train: number; readonly test: number };
  readonly coefficients: Readonly<Record<string, number>>;
  readonly intercept: number;
}

// oxlint-disable typescript/no-unnecessary-type-parameters -- the caller knows what its fixture holds
/** The cases of a file that test/fixtures/make_fixtures.py wrote. */
export function readCases<Cases>(name: string): Cases {
  const content: { cases: Cases } = JSON.parse(
    readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'),
  );
  return content.cases;
}

/** Fails unless two numbers agree to a relative difference; below `floor` both count as nothing. */
export function assertClose(
  actual: number,
  expected: number,
  what: string,
  relative = 1e-9,
  floor = 0,
): void {
  const limit = Math.max(relative * Math.abs(expected), floor);
  assert.ok(Math.abs(actual - expected) <= limit, `${what}: ${actual} instead of ${expected}`);
}
