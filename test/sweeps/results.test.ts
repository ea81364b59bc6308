import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { renderSvg } from '../../steps/figure/render.ts';
import { specOf } from '../../sweeps/figure.ts';
import { renderCsv, type SweepRow } from '../../sweeps/results.ts';
import type { SweepProgress } from '../../workflows/sweep-messages.ts';

const row = (change: Partial<SweepRow>): SweepRow => ({
  runId: 's-1',
  state: 'completed',
  parameters: { features: 'bmi', alpha: 0.001 },
  metrics: { loss: 0.5 },
  seconds: 1,
  failure: null,
  ...change,
});

const sweep: SweepProgress = {
  sweepId: 's',
  executionId: 'e1',
  pipeline: 'training',
  target: 'local',
  state: 'completed',
  parameters: {},
  grid: { features: ['bmi', 'bmi,"bp"'], alpha: [0.001, 0.1, 10] },
  objective: { metric: 'loss', direction: 'min' },
  maxParallel: 2,
  registerBest: false,
  startedBy: 'kim@laptop',
  startedAt: '2026-11-23T08:32:48.000Z',
  count: 6,
  running: [],
  results: [{ index: 0, state: 'failed', seconds: 1 }],
};

describe('the table of a sweep', () => {
  it('reads in any CSV reader, whatever is in its fields', () => {
    const rows = [
      row({ metrics: { depth: 3, loss: 0.5 } }),
      row({
        runId: 's-2',
        state: 'failed',
        parameters: { features: 'bmi,"bp"', alpha: 10 },
        metrics: {},
        failure: 'train failed:\n"no rows"',
      }),
    ];
    assert.deepEqual(parse(renderCsv(rows, sweep)), [
      ['run', 'state', 'features', 'alpha', 'loss', 'depth', 'seconds', 'failure'],
      ['s-1', 'completed', 'bmi', '0.001', '0.5', '3', '1', ''],
      ['s-2', 'failed', 'bmi,"bp"', '10', '', '', '1', 'train failed:\n"no rows"'],
    ]);
  });
});

describe('the figure of a sweep', () => {
  it('has a panel for each parameter, the best value in words, and how many failed', async () => {
    const svg = await renderSvg(
      specOf([row({}), row({ metrics: { loss: 0.9 } }), row({ metrics: {} })], sweep),
    );
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
    for (const text of [
      'loss of 2 trainings',
      'best 0.5 at features bmi, alpha 0.001, 1 of 6 failed',
      'features',
      'alpha',
    ])
      assert.ok(texts.includes(text), `${text}: ${texts.join('|')}`);
  });

  it('stays small however many trainings there are', async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) =>
      row({ parameters: { features: 'bmi', alpha: index }, metrics: { loss: index } }),
    );
    const svg = await renderSvg(specOf(rows, { ...sweep, count: 10_000 }));
    assert.ok(svg.length < 2_000_000, `${svg.length} bytes`);
  });
});
