import { join } from 'node:path';
import { formatJson, type OutputSet } from '../program/output.ts';
import type { Scaling } from '../table/scaling.ts';
import type { Training } from './training.ts';

/** A trained model as a file: what scoring a row takes, and nothing that differs between equal trainings. */
export interface ModelFile {
  readonly format: 'linear-model';
  readonly formatVersion: 1;
  readonly target: string;
  readonly features: readonly string[];
  /** How a raw row is scaled first; null when training was given no scaling. */
  readonly scaling: Scaling | null;
  readonly coefficients: Readonly<Record<string, number>>;
  readonly intercept: number;
}

/** Writes the model and the metrics, and prints the metrics in the words of scikit-learn's example. */
export function writeModel(
  outputs: OutputSet,
  paths: { modelDir: string; modelName: string; metrics: string },
  training: Training,
  table: { features: readonly string[]; target: string; scaling: Scaling | null },
): void {
  const { line, mse, r2, rows } = training;
  const coefficients = Object.fromEntries(
    table.features.map((feature, at) => [feature, line.coefficients[at]!]),
  );
  const model: ModelFile = {
    format: 'linear-model',
    formatVersion: 1,
    target: table.target,
    features: table.features,
    scaling: table.scaling,
    coefficients,
    intercept: line.intercept,
  };
  outputs.add(join(paths.modelDir, `${paths.modelName}.json`), formatJson(model));
  // JSON has no NaN: an undefined R² is null.
  outputs.add(paths.metrics, formatJson({ mse, r2, rows, coefficients, intercept: line.intercept }));
}

/** The two lines every training prints; two spaces, as Python's print("…: ", value) gives. */
export function formatMetrics({ mse, r2 }: Training): string {
  return `Mean squared error:  ${mse}\nCoefficient of determination:  ${Number.isNaN(r2) ? 'nan' : r2}\n`;
}

/** What the person should know about a training that worked. */
export function warningsOf({ line, r2 }: Training, features: readonly string[]): string[] {
  const collinear = line.collinear.map((at) => features[at]).join(', ');
  return [
    ...(collinear === ''
      ? []
      : [`collinear or constant features: ${collinear}; their coefficients are the minimum-norm solution`]),
    ...(Number.isNaN(r2) ? ['the coefficient of determination is not defined for a single test row'] : []),
  ];
}
