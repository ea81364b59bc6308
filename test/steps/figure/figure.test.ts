import assert from 'node:assert/strict';
import { chartOf } from '../../../steps/figure/draw.ts';
import { specOf } from '../../../steps/figure/chart.ts';
import { renderPng, renderSvg } from '../../../steps/figure/render.ts';
import type { Training } from '../../../steps/regression/training.ts';

const training: Training = {
  line: { coefficients: [2], intercept: 1, collinear: [] },
  mse: 0.123456,
  r2: 0.9,
  rows: { train: 12, test: 3 },
  sample: {
    features: [Float64Array.of(0.5), Float64Array.of(-0.5), Float64Array.of(0)],
    actual: [2, 0, 1.5],
    predicted: [2, 0, 1],
  },
};
const scaling = { bmi: { mean: 20, scale: 10 } };

describe('the figure', () => {
  it('shows one feature in its own unit, with the fitted line from its least to its largest value', () => {
    assert.deepEqual(chartOf(training, { features: ['bmi'], target: 'target', scaling }), {
      title: 'Prediction from bmi',
      subtitle: '3 test rows, mean squared error 0.1235, R² 0.9',
      xTitle: 'body mass index (kg/m²)',
      yTitle: ['disease progression after one year (score)'],
      points: [
        { x: 25, y: 2 },
        { x: 15, y: 0 },
        { x: 20, y: 1.5 },
      ],
      line: [
        { x: 15, y: 0 },
        { x: 25, y: 2 },
      ],
      names: ['test rows', 'prediction'],
    });
  });

  it('shows predicted against actual where there are several features, and says when it shows a part', () => {
    const large = { ...training, rows: { train: 12, test: 5000 } };
    const { subtitle, xTitle, yTitle, points } = chartOf(large, {
      features: ['width', 'height'],
      target: 'weight',
      scaling: null,
    });
    assert.equal(subtitle, '3 of 5000 test rows, mean squared error 0.1235, R² 0.9');
    assert.deepEqual([xTitle, ...yTitle], ['weight, actual', 'weight', 'predicted']);
    assert.deepEqual(points[2], { x: 1.5, y: 1 });
  });

  it('is the same text each time, with its titles and a mark a row', async () => {
    const chart = chartOf(training, { features: ['bmi'], target: 'target', scaling });
    const svg = await renderSvg(specOf(chart));
    assert.equal(await renderSvg(specOf(chart)), svg);
    const marks = /<g class="mark-symbol role-mark.*?<\/g>/s.exec(svg)?.[0] ?? '';
    assert.equal(marks.match(/<path/g)?.length, 3);
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*[a-z][^<]*)</g)].map(([, text]) => text);
    assert.deepEqual(texts, [
      'body mass index (kg/m²)',
      'disease progression after one year (score)',
      'test rows',
      'prediction',
      'Prediction from bmi',
      '3 test rows, mean squared error 0.1235, R² 0.9',
    ]);
  });

  it('has letters in its PNG although no font of the machine is used', async () => {
    const chart = chartOf(training, { features: ['bmi'], target: 'target', scaling });
    const svg = await renderSvg(specOf(chart));
    const png = renderPng(svg);
    assert.equal(Buffer.from(png.subarray(1, 4)).toString(), 'PNG');
    assert.ok(png.length > renderPng(svg.replaceAll(/<text.*?<\/text>/g, '')).length + 5000);
  });
});
