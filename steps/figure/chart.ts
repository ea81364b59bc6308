import type { Spec } from 'vega';

/** A point of the figure: a test row. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What the figure shows. */
export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  readonly xTitle: string;
  /** One line each. */
  readonly yTitle: readonly string[];
  readonly points: readonly Point[];
  /** Two or more points joined by a line, left to right. */
  readonly line: readonly Point[];
  /** What points and line are, for the legend. */
  readonly names: readonly [points: string, line: string];
}

/** The family of the bundled font file; the browser's own sans-serif where the SVG is opened without it. */
export const fontFamily = 'DejaVu Sans, sans-serif';

const pointColor = '#4c78a8';
const lineColor = '#e45756';

/** The Vega specification of a chart. */
export function specOf(chart: Chart): Spec {
  const place = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } };
  const axis = { grid: true, labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal' as const };
  const spec: Spec = {
    width: 560,
    height: 420,
    padding: 12,
    background: 'white',
    config: {
      title: { font: fontFamily, subtitleFont: fontFamily },
      axis: { labelFont: fontFamily, titleFont: fontFamily, gridColor: '#e6e6e6', titlePadding: 10 },
      legend: { labelFont: fontFamily },
    },
    title: {
      text: chart.title,
      subtitle: chart.subtitle,
      anchor: 'start',
      fontSize: 15,
      subtitleFontSize: 12,
      offset: 14,
      subtitlePadding: 5,
    },
    data: [
      { name: 'points', values: [...chart.points] },
      { name: 'line', values: [...chart.line] },
    ],
    scales: [
      { name: 'x', type: 'linear', range: 'width', nice: true, zero: false, domain: domainOf('x') },
      { name: 'y', type: 'linear', range: 'height', nice: true, zero: false, domain: domainOf('y') },
      { name: 'names', type: 'ordinal', domain: [...chart.names], range: [pointColor, lineColor] },
    ],
    axes: [
      { ...axis, orient: 'bottom', scale: 'x', title: chart.xTitle },
      { ...axis, orient: 'left', scale: 'y', title: [...chart.yTitle] },
    ],
    legends: [
      {
        fill: 'names',
        orient: 'top-left',
        labelFontSize: 12,
        labelLimit: 0,
        fillColor: '#ffffffcc',
        padding: 6,
      },
    ],
    marks: [
      {
        type: 'symbol',
        from: { data: 'points' },
        encode: {
          enter: { ...place, fill: { value: pointColor }, fillOpacity: { value: 0.65 }, size: { value: 36 } },
        },
      },
      {
        type: 'line',
        from: { data: 'line' },
        encode: { enter: { ...place, stroke: { value: lineColor }, strokeWidth: { value: 2.5 } } },
      },
    ],
  };
  return spec;
}

function domainOf(field: 'x' | 'y') {
  return {
    fields: [
      { data: 'points', field },
      { data: 'line', field },
    ],
  };
}
