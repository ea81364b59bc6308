import { dataFailure, reasonOf } from '../program/failure.ts';
import { applyScaling, type Scaling } from '../table/scaling.ts';
import type { Table } from '../table/table.ts';
import type { Line } from './fit.ts';
import type { ModelFile } from './model.ts';

/** The prediction for one row, scaled as the line's training rows were. */
export function predict(line: Pick<Line, 'coefficients' | 'intercept'>, values: Float64Array): number {
  return line.coefficients.reduce((sum, coefficient, at) => sum + coefficient * values[at]!, line.intercept);
}

/** Reads the text of a model file that `train` wrote; fails with all that it lacks. */
export function parseModel(text: string, path: string): ModelFile {
  const hint = 'give a model that train has written';
  let model: Partial<ModelFile> | null;
  try {
    model = JSON.parse(text);
  } catch (error) {
    throw dataFailure(`the model ${path} is not JSON (${reasonOf(error)})`, hint, error);
  }
  const lacks = findLacks(model ?? {});
  if (lacks.length === 0) return model as ModelFile;
  throw dataFailure(`the model ${path} is no linear model: it lacks ${lacks.join(', ')}`, hint);
}

function findLacks({ format, formatVersion, target, features, ...model }: Partial<ModelFile>): string[] {
  const lacks: string[] = [];
  if (format !== 'linear-model') lacks.push('"format": "linear-model"');
  if (formatVersion !== 1) lacks.push('"formatVersion": 1');
  if (typeof target !== 'string') lacks.push('target');
  if (!Number.isFinite(model.intercept)) lacks.push('intercept');
  if (!Array.isArray(features) || features.length === 0) return [...lacks, 'features'];
  for (const feature of features) {
    if (!Number.isFinite(model.coefficients?.[feature])) lacks.push(`the coefficient of ${feature}`);
    if (model.scaling !== null && !isScaled(model.scaling, feature)) lacks.push(`the scaling of ${feature}`);
  }
  return lacks;
}

function isScaled(scaling: Scaling | undefined, feature: string): boolean {
  const { mean, scale } = scaling?.[feature] ?? {};
  return Number.isFinite(mean) && Number.isFinite(scale) && scale !== 0;
}

/** Predicts from raw rows, block by block in the order of the file; columns the model does not know are passed over. */
export async function* scoreRows(model: ModelFile, table: Table): AsyncGenerator<Float64Array> {
  const { features, coefficients, scaling, intercept } = model;
  requireColumns(table, features);
  const line = { coefficients: features.map((feature) => coefficients[feature]!), intercept };
  for await (const block of table.blocks(features)) {
    if (scaling !== null) applyScaling(block, features, scaling);
    const predictions = new Float64Array(block.rows);
    for (let row = 0; row < block.rows; row++) {
      predictions[row] = predict(line, block.values.subarray(row * block.width, (row + 1) * block.width));
    }
    yield predictions;
  }
}

function requireColumns({ path, header }: Table, features: readonly string[]): void {
  const missing = features.filter((feature) => !header.includes(feature));
  if (missing.length > 0) {
    throw dataFailure(
      `${path} has no column ${missing.join(', ')}, which the model was trained on`,
      `its columns: ${header.join(', ')}`,
    );
  }
  const twice = features.filter((feature) => header.indexOf(feature) !== header.lastIndexOf(feature));
  if (twice.length > 0) {
    throw dataFailure(
      `${path} line 1 names ${twice.join(', ')} more than once`,
      'give each column its own name',
    );
  }
}
