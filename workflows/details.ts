import { setCurrentDetails } from '@temporalio/workflow';
import type { Order, Progress, StepInput, StepProgress } from './messages.ts';

/** Shows the run in the Web UI, as a Markdown list of its steps. */
export function showProgress(progress: Progress): void {
  setCurrentDetails(describeProgress(progress));
}

/** A run as Markdown: its state, its steps, its model. */
export function describeProgress(progress: Progress): string {
  const { state, steps, model, failure, cancellation, pause, hold, approval, metrics } = progress;
  const headline = state === 'cancelling' ? 'cancel requested, not confirmed' : state;
  const numbers = Object.entries(metrics).filter(([, value]) => typeof value === 'number');
  return [
    `**${headline}**${describeOrder(cancellation ?? pause)}`,
    ...(hold === undefined
      ? []
      : [`since ${hold.since}, ${hold.kind === 'failure' ? 'at' : 'before'} **${hold.step}**`]),
    ...(hold?.kind === 'approval'
      ? [numbers.map(([name, value]) => `${name} ${String(value)}`).join(', ')]
      : []),
    ...(approval === undefined ? [] : [`${approval.decision}${describeOrder(approval)}`]),
    '',
    ...steps.map((step) => `- ${describeStep(step)}`),
    ...(model === undefined ? [] : ['', `model ${model.name} version ${model.version}`]),
    ...(failure === undefined ? [] : ['', failure]),
  ].join('\n');
}

const describeOrder = (order: Order | undefined): string =>
  order === undefined ? '' : ` (${[order.by, order.reason].filter(Boolean).join(': ')})`;

function describeStep({ name, state, attempt, reused, reason, seconds, failure }: StepProgress): string {
  const word = reused === undefined ? state : 'reused';
  const time = seconds === undefined || reused !== undefined ? '' : `, ${seconds.toFixed(1)} s`;
  const tries = attempt > 1 ? `, attempt ${attempt}` : '';
  const why = failure?.message ?? reason;
  return `**${name}** ${word}${time}${tries}${why === undefined ? '' : `: ${why}`}`;
}

/** One line for the activity of a step: `train · test_size 0.2 · random_state 0`. */
export function summarizeStep(
  { name, attempt }: StepProgress,
  inputs: Record<string, StepInput>,
  used: string[],
): string {
  const values = used.map((input) => `${input} ${describeInput(inputs[input]!)}`);
  return [name, ...(attempt > 1 ? [`attempt ${attempt}`] : []), ...values].join(' · ').slice(0, 180);
}

const describeInput = (input: StepInput): string =>
  typeof input === 'object' ? (input.path.split('/').at(-1) ?? '') : String(input);
