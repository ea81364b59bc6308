import type { StepProgress, StepReport } from '../workflows/messages.ts';
import { formatSeconds, secondsOf } from '../report/time.ts';
import { formatPercent, renderTail } from './render.ts';
import { describeHold, describeState, describeStep, isFinal, wordOf, type RunView } from './view.ts';

/** One line for everything that has changed between two views, of a step's progress each tenth. */
export function renderChanges(before: RunView | undefined, after: RunView, now: Date): string[] {
  const lines: string[] = [];
  const state = before?.state === after.state ? [] : [describeState(after.state)];
  if (!isFinal(after.state)) lines.push(...state);
  for (const step of after.progress?.steps ?? []) {
    const old = before?.progress?.steps.find((one) => one.name === step.name);
    const same = old?.state === step.state && old.attempt === step.attempt;
    if (!same && step.state !== 'waiting' && step.state !== 'skipped')
      lines.push(...renderChange(step, now, !isFinal(after.state)));
    else if (step.state === 'running')
      lines.push(...renderAdvance(step, before?.details[step.name], after.details[step.name]));
  }
  const [waited, waits] = [before, after].map((view) => view?.progress && describeHold(view.progress)?.[0]);
  if (waits !== undefined && waits !== waited) lines.push(waits);
  if (after.notice !== undefined && after.notice !== before?.notice) lines.push(after.notice);
  if (isFinal(after.state)) lines.push(...state);
  return lines.map((line) => `${now.toISOString()} ${after.runId} ${line}`);
}

function renderChange(step: StepProgress, now: Date, goesOn: boolean): string[] {
  const seconds = step.state === 'running' ? undefined : secondsOf(step, now);
  const time = seconds === undefined ? '' : ` ${formatSeconds(seconds)}`;
  const what = describeStep(step, undefined);
  const separator = what === '' ? '' : what.startsWith('attempt ') ? ', ' : ': ';
  return [
    `${step.name} ${wordOf(step)}${time}${separator}${what}`,
    // Of a run that has ended they are said with its result.
    ...(goesOn ? renderTail(step).map((line) => `${step.name}${line}`) : []),
  ];
}

function renderAdvance(
  { name }: StepProgress,
  before: StepReport | undefined,
  after: StepReport | undefined,
): string[] {
  if (after?.fraction === undefined || tenth(after) === tenth(before)) return [];
  return [`${name} ${[formatPercent(after.fraction), after.detail].filter(Boolean).join(': ')}`];
}

const tenth = (report: StepReport | undefined): number => Math.floor((report?.fraction ?? 0) * 10);

/** Whether a step says another thing of what it is doing, or has come on by a whole percent. */
export const hasAdvanced = (before: RunView | undefined, after: RunView): boolean =>
  before !== undefined && digestDetails(before) !== digestDetails(after);

const digestDetails = ({ details }: RunView): string =>
  Object.entries(details)
    .map(
      ([name, { detail, fraction }]) =>
        `${name} ${fraction === undefined ? detail : formatPercent(fraction)}`,
    )
    .join('\n');
