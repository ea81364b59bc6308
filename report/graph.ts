import type { StepContent } from './content.ts';
import { findFlows, findRows, type Flow } from './flow.ts';
import { html, type Html } from './html.ts';
import { lookOf } from './state.ts';
import { formatSeconds, secondsOf } from './time.ts';

const box = { width: 360, height: 62 };
const gap = { across: 32, down: 48 };
/** Room at the right for an arrow that goes past a row. */
const bypass = 40;

interface Place {
  x: number;
  y: number;
}

/** The steps from top to bottom, with state, time and reuse, and arrows for what flows between them. */
export function renderGraph(steps: readonly StepContent[], now: Date): Html {
  const flows = findFlows(steps);
  const rows = findRows(steps.length, flows);
  const places = placeSteps(rows);
  const passes = flows.some(({ from, to }) => rows[to]! - rows[from]! > 1);
  const width = Math.max(...places.map(({ x }) => x)) + box.width + (passes ? bypass : 0) + 2;
  const height = Math.max(...places.map(({ y }) => y)) + box.height + 2;
  return html`<figure>
    <svg
      role="img"
      aria-label="${describeGraph(steps, flows)}"
      width="${width}"
      height="${height}"
      viewBox="-1 -1 ${width} ${height}"
    >
      <defs>
        <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path class="tip" d="M0 0L8 4L0 8z" />
        </marker>
      </defs>
      ${flows.map((flow) => renderFlow(flow, places, rows[flow.to]! - rows[flow.from]! > 1))}${steps.map((step, index) => renderBox(step, places[index]!, now))}
    </svg>
    <figcaption>${explainArrows(flows)}</figcaption>
  </figure> `;
}

function describeGraph(steps: readonly StepContent[], flows: readonly Flow[]): string {
  const told = flows.map(({ from, to, outputs }) => {
    const [first, second] = [steps[from]!.name, steps[to]!.name];
    return outputs.length === 0
      ? `${second} comes after ${first}`
      : `${second} reads ${outputs.join(', ')} of ${first}`;
  });
  return `The steps as a graph: ${told.length === 0 ? 'none reads what another makes' : told.join('; ')}.`;
}

function explainArrows(flows: readonly Flow[]): string {
  const inOrder = flows.filter(({ outputs }) => outputs.length === 0).length;
  return [
    ...(flows.length > inOrder ? ['Arrows name the outputs a step reads.'] : []),
    ...(inOrder > 0 ? ['Dashed arrows only say what comes next.'] : []),
  ].join(' ');
}

/** Rows from top to bottom, each centred. */
function placeSteps(rows: readonly number[]): Place[] {
  const counts: number[] = [];
  const columns = rows.map((row) => (counts[row] = (counts[row] ?? 0) + 1) - 1);
  const pitch = box.width + gap.across;
  const widest = Math.max(...counts);
  return rows.map((row, index) => ({
    x: ((widest - counts[row]!) / 2 + columns[index]!) * pitch,
    y: row * (box.height + gap.down),
  }));
}

function renderBox(step: StepContent, { x, y }: Place, now: Date): Html {
  const { mark, tone } = lookOf(step.state);
  const seconds = secondsOf(step, now);
  const told = [
    step.reused === undefined ? step.state : `reused from ${step.reused}`,
    ...(seconds === undefined ? [] : [formatSeconds(seconds)]),
    ...(step.attempt > 1 ? [`attempt ${step.attempt}`] : []),
  ].join(' · ');
  return html`<g transform="translate(${x} ${y})"
    ><title>${step.name}: ${told}</title
    ><rect class="box" width="${box.width}" height="${box.height}" rx="8" /><text class="name" x="14" y="26"
      >${shorten(step.name, 34)}</text
    ><text class="${tone}" x="14" y="47">${mark} ${shorten(told, 44)}</text></g
  > `;
}

function renderFlow({ from, to, outputs }: Flow, places: readonly Place[], passes: boolean): Html {
  const start = places[from]!;
  const end = places[to]!;
  const kind = outputs.length === 0 ? 'flow order' : 'flow';
  const named = shorten(outputs.join(', '), 44);
  if (passes) {
    const edge = Math.max(...places.map(({ x }) => x)) + box.width + bypass / 2;
    const [y1, y2] = [start.y + box.height / 2, end.y + box.height / 2];
    return html`<path
      class="${kind}"
      marker-end="url(#tip)"
      d="M${start.x + box.width} ${y1}H${edge}V${y2}H${end.x + box.width + 2}"
    >
      <title>${named}</title>
    </path> `;
  }
  const [x1, y1] = [start.x + box.width / 2, start.y + box.height];
  const [x2, y2] = [end.x + box.width / 2, end.y - 2];
  const middle = (y1 + y2) / 2;
  return html`<path
      class="${kind}"
      marker-end="url(#tip)"
      d="M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}"
    /><text class="label" x="${(x1 + x2) / 2 + 10}" y="${middle + 4}">${named}</text> `;
}

const shorten = (text: string, length: number): string => {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
};
