import type { OutputSet } from '../program/output.ts';
import type { Training } from '../regression/training.ts';
import type { Scaling } from '../table/scaling.ts';
import { specOf, type Chart } from './chart.ts';
import { labelsOf } from './labels.ts';
import { renderPng, renderSvg } from './render.ts';

/** Draws the test rows and what was predicted for them, as `<path>.svg` and `<path>.png`. */
export async function drawFigure(
  outputs: OutputSet,
  path: string,
  training: Training,
  table: { features: readonly string[]; target: string; scaling: Scaling | null },
): Promise<void> {
  const svg = await renderSvg(specOf(chartOf(training, table)));
  outputs.add(`${path}.svg`, svg);
  outputs.add(`${path}.png`, renderPng(svg));
}

/** One feature: the target against it, in its own unit, and the fitted line. Several: predicted against actual. */
export function chartOf(
  { sample, mse, r2, rows }: Training,
  table: { features: readonly string[]; target: string; scaling: Scaling | null },
): Chart {
  const labels = labelsOf(table.features, table.target);
  const share = sample.actual.length < rows.test ? `${sample.actual.length} of ` : '';
  const subtitle = `${share}${rows.test} test rows, mean squared error ${round(mse)}, R² ${round(r2)}`;
  const [feature] = table.features;
  if (table.features.length === 1 && feature !== undefined) {
    const { mean, scale } = table.scaling?.[feature] ?? { mean: 0, scale: 1 };
    const xs = sample.features.map((values) => values[0]! * scale + mean);
    const ends = endsOf(xs);
    return {
      title: `${table.target === 'target' ? 'Prediction' : table.target} from ${feature}`,
      subtitle,
      xTitle: table.scaling === null ? `${feature} (as trained on)` : labels.features[0]!,
      yTitle: [labels.target],
      points: xs.map((x, at) => ({ x, y: sample.actual[at]! })),
      line: ends.map((at) => ({ x: xs[at]!, y: sample.predicted[at]! })),
      names: ['test rows', 'prediction'],
    };
  }
  const diagonal = endsOf(sample.actual).map((at) => ({
    x: sample.actual[at]!,
    y: sample.actual[at]!,
  }));
  return {
    title: `Prediction from ${table.features.length} features`,
    subtitle,
    xTitle: `${labels.target}, actual`,
    yTitle: [labels.target, 'predicted'],
    points: sample.actual.map((x, at) => ({ x, y: sample.predicted[at]! })),
    line: diagonal,
    names: ['test rows', 'perfect prediction'],
  };
}

function endsOf(values: readonly number[]): [number, number] {
  return [values.indexOf(Math.min(...values)), values.indexOf(Math.max(...values))];
}

function round(value: number): string {
  return Number.isNaN(value) ? 'undefined' : `${Number(value.toPrecision(4))}`;
}
