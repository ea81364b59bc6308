import type { Spec } from 'vega';
import { fontFamily } from '../steps/figure/chart.ts';
import type { ParameterValue } from '../workflows/messages.ts';
import type { SweepProgress } from '../workflows/sweep-messages.ts';
import type { SweepRow } from './results.ts';

/** Parameters that get a panel. */
const mostPanels = 4;

/** Trainings that get a point; more would be a cloud nobody can read, in a file nobody can mail. */
const mostPoints = 2000;

const colors = { training: '#4c78a8', mean: '#54a24b', best: '#e45756' };

/**
 * The Vega specification of a sweep's figure: for each parameter that varies the objective against its values, every
 * training a point, their mean joined, the best one ringed.
 *
 * @param rows the best first
 */
export function specOf(rows: readonly SweepRow[], sweep: SweepProgress): Spec {
  const { grid, objective } = sweep;
  const measured = rows.filter(({ metrics }) => metrics[objective.metric] !== undefined);
  const step = Math.max(1, Math.ceil(measured.length / mostPoints));
  const names = Object.keys(grid).slice(0, mostPanels);
  const width = names.length === 1 ? 560 : names.length === 2 ? 320 : 230;
  return {
    padding: 12,
    background: 'white',
    config: {
      title: { font: fontFamily, subtitleFont: fontFamily },
      axis: {
        labelFont: fontFamily,
        titleFont: fontFamily,
        titleFontWeight: 'normal',
        titleFontSize: 12,
        labelFontSize: 11,
        gridColor: '#e6e6e6',
        titlePadding: 10,
      },
      legend: { labelFont: fontFamily, labelFontSize: 12, labelLimit: 0 },
    },
    title: {
      text: `${objective.metric} of ${measured.length} trainings`,
      subtitle: describeBest(measured[0], sweep),
      anchor: 'start',
      fontSize: 15,
      subtitleFontSize: 12,
      offset: 14,
      subtitlePadding: 5,
    },
    layout: { columns: mostPanels, padding: 24, bounds: 'flush', align: 'each' },
    data: [
      { name: 'all', values: measured.map((row) => pointOf(row, names, objective.metric)) },
      {
        name: 'points',
        values: measured
          .filter((_, at) => at % step === 0)
          .map((row) => pointOf(row, names, objective.metric)),
      },
      { name: 'best', values: measured.slice(0, 1).map((row) => pointOf(row, names, objective.metric)) },
    ],
    scales: [
      {
        name: 'y',
        type: 'linear',
        range: [340, 0],
        nice: true,
        zero: false,
        domain: { data: 'all', field: 'value' },
      },
      {
        name: 'names',
        type: 'ordinal',
        domain: ['training', 'mean', 'best'],
        range: [colors.training, colors.mean, colors.best],
      },
    ],
    legends: [{ fill: 'names', orient: 'bottom', direction: 'horizontal', symbolType: 'circle' }],
    marks: names.map((name, at) =>
      panelOf(name, grid[name]!, `p${at}`, { width, first: at === 0, metric: objective.metric }),
    ),
  };
}

function panelOf(
  name: string,
  values: readonly ParameterValue[],
  field: string,
  { width, first, metric }: { width: number; first: boolean; metric: string },
): NonNullable<Spec['marks']>[number] {
  const place = { x: { scale: 'x', field }, y: { scale: 'y', field: 'value' } };
  const numbers = values.filter((value) => typeof value === 'number');
  const numeric = numbers.length === values.length;
  const few = values.length <= 10;
  return {
    type: 'group',
    encode: { update: { width: { value: width }, height: { value: 340 } } },
    data: [
      {
        name: `mean_${field}`,
        source: 'all',
        transform: [
          { type: 'aggregate', groupby: [field], ops: ['mean'], fields: ['value'], as: ['value'] },
          { type: 'collect', sort: { field } },
        ],
      },
    ],
    scales: [
      numeric
        ? {
            name: 'x',
            type: spansOrders(numbers) ? 'log' : 'linear',
            range: [0, width],
            zero: false,
            padding: 14,
            domain: { data: 'all', field },
          }
        : { name: 'x', type: 'point', range: [0, width], padding: 0.5, domain: values.map(String) },
    ],
    axes: [
      {
        orient: 'bottom',
        scale: 'x',
        title: name,
        labelLimit: few ? Math.max(60, width / values.length) : 80,
        ...(numeric && few ? { values: numbers } : { tickCount: 8 }),
        ...(numeric
          ? {}
          : { labelAngle: values.length > 4 ? -35 : 0, labelAlign: values.length > 4 ? 'right' : 'center' }),
      },
      {
        orient: 'left',
        scale: 'y',
        grid: true,
        gridScale: 'x',
        ...(first ? { title: metric } : { labels: false, ticks: false }),
      },
    ],
    marks: [
      {
        type: 'symbol',
        from: { data: 'points' },
        encode: {
          enter: {
            ...place,
            fill: { value: colors.training },
            fillOpacity: { value: 0.5 },
            size: { value: 30 },
          },
        },
      },
      {
        type: numeric ? 'line' : 'symbol',
        from: { data: `mean_${field}` },
        encode: {
          enter: numeric
            ? { ...place, stroke: { value: colors.mean }, strokeWidth: { value: 2.5 } }
            : { ...place, fill: { value: colors.mean }, size: { value: 110 }, shape: { value: 'diamond' } },
        },
      },
      {
        type: 'symbol',
        from: { data: 'best' },
        encode: {
          enter: {
            ...place,
            stroke: { value: colors.best },
            strokeWidth: { value: 2.5 },
            size: { value: 130 },
          },
        },
      },
    ],
  };
}

function pointOf(
  { parameters, metrics }: SweepRow,
  names: readonly string[],
  metric: string,
): Record<string, ParameterValue | undefined> {
  const fields = names.map((name, at) => {
    const value = parameters[name];
    return [`p${at}`, typeof value === 'number' ? value : String(value)] as const;
  });
  return { ...Object.fromEntries(fields), value: metrics[metric] };
}

/** Values over two orders of magnitude or more are told apart on a logarithmic axis only. */
const spansOrders = (values: readonly number[]): boolean =>
  Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) >= 100;

function describeBest(best: SweepRow | undefined, { objective, count, results }: SweepProgress): string {
  const failed = results.filter(({ state }) => state === 'failed').length;
  const also = failed === 0 ? '' : `, ${failed} of ${count} failed`;
  if (best === undefined) return `no training has measured it${also}`;
  const values = Object.entries(best.parameters).map(([name, value]) => `${name} ${value}`);
  return `best ${Number(best.metrics[objective.metric]!.toPrecision(4))} at ${values.join(', ')}${also}`;
}
