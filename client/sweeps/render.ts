import type { SweepRow } from '../../sweeps/results.ts';
import type { Parameters } from '../../workflows/messages.ts';
import type { SweepProgress } from '../../workflows/sweep-messages.ts';
import { formatSeconds, runSeconds } from '../../report/time.ts';
import { stateColors, truncate } from '../render.ts';
import { invocation, type Paint } from '../session.ts';
import type { Column } from '../table.ts';
import { describeState, isFinal } from '../view.ts';
import { countTrainings, describeBest, type SweepView } from './view.ts';

const barWidth = 30;

/** A sweep as a block of at most six lines, each no wider than the terminal. */
export function renderSweepBlock(view: SweepView, paint: Paint, now: Date, columns: number): string[] {
  const { sweepId, state, progress, notice } = view;
  const time = progress === undefined ? '' : `   ${formatSeconds(runSeconds(progress, now))}`;
  return [
    `${sweepId}   ${paint(stateColors[state], describeState(state))}${time}`,
    ...(progress === undefined ? [] : renderCounts(progress, paint, now)),
    ...(notice === undefined ? [] : [paint('yellow', notice)]),
    ...(isFinal(state) ? [] : [`Ctrl-C leaves the sweep going. To stop it: ${invocation} cancel ${sweepId}`]),
  ].map((line) => truncate(line, columns));
}

function renderCounts(progress: SweepProgress, paint: Paint, now: Date): string[] {
  const { total, running, failed, cancelled } = countTrainings(progress);
  const ended = progress.results.length;
  const filled = Math.floor((barWidth * ended) / total);
  const left = ended > 0 && ended < total ? (runSeconds(progress, now) / ended) * (total - ended) : undefined;
  const parts = [
    `${ended} of ${total}`,
    ...(running > 0 ? [`${running} running`] : []),
    ...(failed > 0 ? [paint('red', `${failed} failed`)] : []),
    ...(cancelled > 0 ? [paint('yellow', `${cancelled} cancelled`)] : []),
    ...(left === undefined || progress.finishedAt !== undefined ? [] : [`about ${formatSeconds(left)} left`]),
  ];
  return [
    `  ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}  ${parts.join(', ')}`,
    `  ${renderBest(progress)}`,
  ];
}

/** The best training so far, in one line. */
function renderBest(progress: SweepProgress): string {
  const { objective } = progress;
  const best = describeBest(progress);
  if (best === undefined) return `no ${objective.metric} yet`;
  return `best ${objective.metric} ${formatNumber(best.value)}  ${describeParameters(best.parameters)}  ${best.runId}`;
}

/** One line where something has changed between two views, none otherwise. */
export function renderSweepChange(before: SweepView | undefined, after: SweepView, now: Date): string[] {
  const lines: string[] = [];
  const ended = after.progress?.results.length ?? 0;
  if (before?.state !== after.state) lines.push(describeState(after.state));
  if (after.progress !== undefined && ended > 0 && ended !== before?.progress?.results.length)
    lines.unshift(describeEnded(after.progress));
  if (after.notice !== undefined && after.notice !== before?.notice) lines.push(after.notice);
  return lines.map((line) => `${now.toISOString()} ${after.sweepId} ${line}`);
}

function describeEnded(progress: SweepProgress): string {
  const { total, failed } = countTrainings(progress);
  const also = failed > 0 ? `, ${failed} failed` : '';
  return `${progress.results.length} of ${total} ended${also}, ${renderBest(progress).replaceAll('  ', ', ')}`;
}

/** What a sweep has come to, and where its table and figure are. */
export function renderSweepOutcome(view: SweepView, files: { table?: string; figure?: string }): string[] {
  const { progress, url } = view;
  if (progress === undefined) return [`Temporal  ${url}`];
  const { completed, failed, cancelled, total } = countTrainings(progress);
  const parts = { completed, failed, cancelled, 'not started': total - completed - failed - cancelled };
  const best = describeBest(progress);
  const { model, failure, firstFailure, cancellation, objective } = progress;
  return [
    `${total} trainings: ${Object.entries(parts)
      .filter(([, count]) => count > 0)
      .map(([word, count]) => `${count} ${word}`)
      .join(', ')}`,
    ...(best === undefined
      ? []
      : [`Best ${objective.metric}  ${best.value}  ${describeParameters(best.parameters)}  ${best.runId}`]),
    ...(model === undefined ? [] : [`Model   ${model.name} version ${model.version}  ${model.uri}`]),
    ...(files.table === undefined ? [] : [`Table   ${files.table}`]),
    ...(files.figure === undefined ? [] : [`Figure  ${files.figure}`]),
    ...((failure ?? firstFailure) ? [failure ?? `first failure: ${firstFailure}`] : []),
    ...(cancellation === undefined ? [] : [`cancelled by ${cancellation.by}: ${cancellation.reason}`]),
    `Temporal  ${url}`,
  ];
}

/** The table of a sweep's trainings: what varies, the metrics, the time. */
export const resultColumns = (progress: SweepProgress, metrics: readonly string[]): Column<SweepRow>[] => [
  { title: 'RUN', cell: ({ runId }) => runId },
  { title: 'STATE', cell: ({ state }) => state },
  ...Object.keys(progress.grid).map((name) => ({
    title: titleOf(name),
    cell: ({ parameters }: SweepRow) => String(parameters[name]),
  })),
  ...metrics.map((name) => ({
    title: titleOf(name),
    cell: (row: SweepRow) => (row.metrics[name] === undefined ? '' : formatNumber(row.metrics[name])),
    raw: (row: SweepRow) => String(row.metrics[name] ?? ''),
  })),
  {
    title: 'TIME',
    cell: ({ seconds }) => formatSeconds(seconds),
    raw: ({ seconds }) => String(seconds),
  },
];

const titleOf = (name: string): string => name.replaceAll('_', ' ').toUpperCase();

const describeParameters = (parameters: Parameters): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

const formatNumber = (value: number): string => String(Number(value.toPrecision(5)));
