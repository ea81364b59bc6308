import type { StepProgress } from '../workflows/messages.ts';
import { formatSeconds, runSeconds, secondsOf } from '../report/time.ts';
import type { IO } from './io.ts';
import { invocation, type Paint } from './session.ts';
import {
  describeFailure,
  describeHold,
  describeOrder,
  describeState,
  describeStep,
  explainStep,
  isFinal,
  markOf,
  wordOf,
  type RunView,
  type ViewState,
} from './view.ts';

/** Lines a block on a terminal has at most. */
const blockHeight = 8;
const barWidth = 10;

/** The colour of each state. */
export const stateColors: Record<ViewState, Parameters<Paint>[0]> = {
  running: 'cyan',
  paused: 'yellow',
  'awaiting approval': 'yellow',
  'awaiting retry': 'red',
  cancelling: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'yellow',
  terminated: 'yellow',
  'timed out': 'red',
};

/** What Ctrl-C does to a run that is shown; `nothing` where nobody waits for it. */
export type Interrupt = 'leaves' | 'cancels' | 'nothing';

/** A run as a block of at most eight lines, each no wider than the terminal. */
export function renderBlock(
  view: RunView,
  paint: Paint,
  now: Date,
  columns: number,
  interrupt: Interrupt = 'leaves',
): string[] {
  const { runId, state, progress, notice } = view;
  const time = progress === undefined ? '' : `   ${formatSeconds(runSeconds(progress, now))}`;
  const head = `${runId}   ${paint(stateColors[state], describeState(state))}${time}`;
  const held = progress === undefined ? undefined : describeHold(progress);
  const foot = [
    ...(notice === undefined ? [] : [paint('yellow', notice)]),
    ...(held === undefined ? [] : [paint('yellow', held[0]), held[1]]),
    ...(isFinal(state) ? [] : describeInterrupt(view, interrupt)),
  ];
  // With the result of a run that was watched its last words follow below.
  const told = isFinal(state) && interrupt !== 'nothing';
  const steps = renderSteps(view, paint, now, blockHeight - 1 - foot.length, !told);
  return [head, ...steps, ...foot].map((line) => truncate(line, columns));
}

function describeInterrupt({ runId, state }: RunView, interrupt: Interrupt): string[] {
  if (interrupt === 'nothing') return [];
  if (interrupt === 'leaves')
    return [`Ctrl-C leaves the run going. To stop it: ${invocation} cancel ${runId}`];
  return [state === 'cancelling' ? 'Ctrl-C leaves the run alone.' : 'Ctrl-C cancels the run.'];
}

function renderSteps(view: RunView, paint: Paint, now: Date, room: number, withTail: boolean): string[] {
  const steps = view.progress?.steps ?? [];
  const widths = { name: widthOf(steps.map(({ name }) => name)), word: widthOf(steps.map(wordOf)) };
  const lines = steps.map((step) => renderStep(view, step, paint, now, widths));
  // The steps around the first one that is not done.
  const current = steps.findIndex((step) => step.state !== 'done');
  const fits = lines.length <= room;
  const first = Math.min(Math.max(0, (current === -1 ? steps.length : current) - 1), lines.length - room + 1);
  const shown = fits ? lines : lines.slice(first, first + room - 1);
  const rest = fits ? [] : [`  ${lines.length - shown.length} more steps`];
  // Where the eye is already: what a failed step has said last, as far as there is room.
  const place = steps.findIndex((step) => step.state === 'failed') - (fits ? 0 : first);
  const tail = renderTail(steps.find((step) => step.state === 'failed'));
  const left = room - shown.length - rest.length;
  if (withTail && place >= 0 && left > 0) shown.splice(place + 1, 0, ...tail.slice(-left));
  return [...shown, ...rest];
}

const widthOf = (texts: string[]): number => Math.max(0, ...texts.map((text) => text.length));

function renderStep(
  { details }: RunView,
  step: StepProgress,
  paint: Paint,
  now: Date,
  widths: { name: number; word: number },
): string {
  const report = details[step.name];
  const seconds = secondsOf(step, now);
  const time = (seconds === undefined ? '' : formatSeconds(seconds)).padEnd(7);
  const mark = step.state === 'failed' ? paint('red', markOf(step)) : markOf(step);
  const bar = step.state === 'running' && report?.fraction !== undefined ? renderBar(report.fraction) : '';
  const what = [bar, describeStep(step, report)].filter(Boolean).join('  ');
  const words = [step.name.padEnd(widths.name), wordOf(step).padEnd(widths.word), time, what];
  return `  ${mark} ${words.join('  ')}`.trimEnd();
}

/** A share as a bar and in percent. */
function renderBar(fraction: number): string {
  const full = Math.floor(fraction * barWidth);
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${formatPercent(fraction).padStart(4)}`;
}

/** A share in percent, 100 only when it is all. */
export const formatPercent = (fraction: number): string => `${Math.floor(fraction * 100)}%`;

/** The last lines a failed step has printed. */
export const renderTail = (step: StepProgress | undefined): string[] =>
  (step?.failure?.logTail ?? []).map((line) => `  | ${line}`);

/** Shortens a line to a width; colours take no room. */
export function truncate(line: string, columns: number): string {
  // oxlint-disable-next-line no-control-regex -- colours are control sequences
  const tokens = line.match(/\u001B\[[\d;]*m|./gu) ?? [];
  if (tokens.filter((token) => !isColor(token)).length <= columns) return line;
  let room = columns - 1;
  return tokens.map((token) => (isColor(token) || room-- > 0 ? token : room === -1 ? '…' : '')).join('');
}

const isColor = (token: string): boolean => token.startsWith('\u001B');

/** Draws a block again where it was drawn before, and leaves its last state in the scrollback. */
export function createScreen({ stdout }: IO): { draw(lines: string[]): void } {
  let height = 0;
  return {
    draw(lines) {
      const up = height === 0 ? '' : `\u001B[${height}A`;
      stdout.write(`${up}${lines.map((line) => `\u001B[2K${line}\n`).join('')}\u001B[J`);
      height = lines.length;
    },
  };
}

/** What a run has come to: its result, or why there is none. */
export function renderOutcome(view: RunView, figures: string[]): string[] {
  const { progress } = view;
  if (progress === undefined) return [];
  const explained = progress.steps.map(explainStep).filter((line) => line !== undefined);
  const failed = progress.steps.filter((step) => step.failure !== undefined && step.state === 'failed');
  return [
    ...renderMetrics(progress.metrics),
    ...(progress.model === undefined
      ? []
      : [`Model   ${progress.model.name} version ${progress.model.version}  ${progress.model.uri}`]),
    ...figures.map((figure) => `Figure  ${figure}`),
    ...explained,
    ...failed.flatMap((step) => [`${step.name} failed: ${describeFailure(step)}`, ...renderTail(step)]),
    ...(progress.approval === undefined
      ? []
      : [`${progress.approval.decision} by ${describeOrder(progress.approval)}`]),
    ...(progress.failure !== undefined && failed.length === 0 ? [progress.failure] : []),
    ...(progress.cancellation === undefined ? [] : [`cancelled by ${describeOrder(progress.cancellation)}`]),
    `Temporal  ${view.url}`,
  ];
}

/** The two lines of the tutorial's script for a regression; every number as it is otherwise. */
function renderMetrics(metrics: Record<string, unknown>): string[] {
  const { mse, r2 } = metrics;
  if (typeof mse === 'number')
    return [
      `Mean squared error:  ${mse}`,
      `Coefficient of determination:  ${typeof r2 === 'number' ? r2 : 'nan'}`,
    ];
  return Object.entries(metrics)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => `${name}:  ${String(value)}`);
}
