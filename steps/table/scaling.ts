import { readFileSync } from 'node:fs';
import { dataFailure, reasonOf } from '../program/failure.ts';
import type { Block } from './block.ts';

/** How a raw value becomes a scaled one: (raw - mean) / scale. */
export interface Scale {
  readonly mean: number;
  readonly scale: number;
}

/** The scale of each feature, by name. */
export type Scaling = Readonly<Record<string, Scale>>;

/** Mean and sum of squared deviations of some columns, gathered block by block without loss of digits. */
export class Moments {
  rows = 0;
  readonly means: Float64Array;
  readonly squares: Float64Array;

  constructor(width: number) {
    this.means = new Float64Array(width);
    this.squares = new Float64Array(width);
  }

  /** Takes a block in: two passes within it, then the merge of Chan, Golub and LeVeque. */
  add({ rows, width, values }: Block): void {
    if (rows === 0) return;
    const total = this.rows + rows;
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let at = column; at < values.length; at += width) sum += values[at]!;
      const mean = sum / rows;
      let squares = 0;
      let drift = 0;
      for (let at = column; at < values.length; at += width) {
        const deviation = values[at]! - mean;
        squares += deviation * deviation;
        drift += deviation;
      }
      const blockMean = mean + drift / rows;
      const step = blockMean - this.means[column]!;
      this.squares[column]! += squares - (drift * drift) / rows + step * step * ((this.rows * rows) / total);
      this.means[column]! += (step * rows) / total;
    }
    this.rows = total;
  }
}

/** Whether a column has one value only; as scikit-learn has it, a spread lost in rounding counts as none. */
export function isConstant(moments: Moments, column: number): boolean {
  return Math.sqrt(moments.squares[column]! / moments.rows) < 10 * Number.EPSILON;
}

/** The scaling scikit-learn's load_diabetes applies: centred, and divided by the standard deviation times √rows. */
export function scalingOf(features: readonly string[], moments: Moments, path: string): Scaling {
  return Object.fromEntries(
    features.map((feature, column) => {
      const mean = moments.means[column]!;
      const squares = moments.squares[column]!;
      if (!Number.isFinite(mean) || !Number.isFinite(squares)) {
        throw dataFailure(
          `${path}: the values of column ${feature} are too large to scale`,
          'use a larger unit',
        );
      }
      // As in scikit-learn, a constant feature is only centred.
      const deviation = isConstant(moments, column) ? 1 : Math.sqrt(squares / moments.rows);
      return [feature, { mean, scale: deviation * Math.sqrt(moments.rows) }];
    }),
  );
}

/** Replaces the values of a block by their scaled ones. */
export function applyScaling({ values, width }: Block, features: readonly string[], scaling: Scaling): void {
  for (const [column, feature] of features.entries()) {
    const { mean, scale } = scaling[feature]!;
    for (let at = column; at < values.length; at += width) values[at] = (values[at]! - mean) / scale;
  }
}

/** Reads a scaling file and checks that it covers the features. */
export function readScaling(path: string, features: readonly string[]): Scaling {
  const hint = 'give the scaling file that prep_data wrote together with data_X';
  let found: Record<string, Partial<Scale> | undefined> | null;
  try {
    found = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw dataFailure(`cannot read the scaling ${path} (${reasonOf(error)})`, hint, error);
  }
  return Object.fromEntries(
    features.map((feature) => {
      const { mean, scale } = found?.[feature] ?? {};
      if (!isFiniteNumber(mean) || !isFiniteNumber(scale) || scale === 0) {
        throw dataFailure(`the scaling ${path} has no mean and scale for the feature ${feature}`, hint);
      }
      return [feature, { mean, scale }];
    }),
  );
}

function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}
