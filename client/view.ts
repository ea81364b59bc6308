import { invocation } from './session.ts';
import { lookOf } from '../report/state.ts';
import { runSeconds, secondsOf } from '../report/time.ts';
import type {
  Order,
  Progress,
  RunState,
  StepProgress,
  StepReport,
  StepState,
} from '../workflows/messages.ts';

/** A run as the client shows it: its progress, and what only Temporal knows. */
export interface RunView {
  runId: string;
  executionId: string;
  state: ViewState;
  /** Undefined until a worker has answered. */
  progress: Progress | undefined;
  /** What a running step is doing, by its name. */
  details: Record<string, StepReport>;
  /** What keeps the run from going on. */
  notice?: string;
  url: string;
}

/** A run's state, with those the run itself cannot tell. */
export type ViewState = RunState | 'terminated' | 'timed out';

/** The states a run stays in. */
export const isFinal = (state: ViewState): boolean => finalStates.includes(state);

const finalStates: readonly ViewState[] = ['completed', 'failed', 'cancelled', 'terminated', 'timed out'];

const stateWords: Partial<Record<ViewState, string>> = { cancelling: 'cancel requested, not confirmed' };

/** A run's state in words. */
export const describeState = (state: ViewState): string => stateWords[state] ?? state;

/** What a run waits for, and the command that lets it go on; undefined where it does not wait. */
export function describeHold({ runId, hold, pause, metrics }: Progress): [string, string] | undefined {
  const resume = `To let it go on: ${invocation} resume ${runId}`;
  if (hold === undefined)
    return pause && [`pauses before its next step, asked for by ${describeOrder(pause)}`, resume];
  if (hold.kind === 'paused') return [`paused before ${hold.step} by ${describeOrder(pause)}`, resume];
  if (hold.kind === 'failure')
    return [`waits at ${hold.step}, which failed`, `To try it again: ${invocation} retry ${runId}`];
  const numbers = Object.entries(metrics).filter(([, value]) => typeof value === 'number');
  const measured = numbers.map(([name, value]) => `${name} ${String(value)}`).join(', ');
  const deadline = hold.deadline === undefined ? '' : ` until ${hold.deadline}`;
  return [
    `${hold.step} waits for approval${deadline}: ${measured === '' ? 'no metrics' : measured}`,
    `To decide: ${invocation} approve ${runId} (or reject)`,
  ];
}

/** Who asked for something, and why where that was said. */
export const describeOrder = (order: Order | undefined): string =>
  order === undefined ? '' : `${order.by}${order.reason === '' ? '' : `: ${order.reason}`}`;

/** The sign before a step's name. */
export const markOf = (step: StepProgress): string => lookOf(step.state).mark;

/** A step's state in a word. */
export const wordOf = ({ state, reused }: StepProgress): string =>
  state === 'done' && reused !== undefined ? 'reused' : state;

/** What is to be said about a step, after its name and state: what it does, why it ran or was reused, how it failed. */
export function describeStep(step: StepProgress, report: StepReport | undefined): string {
  const tries = step.attempt > 1 ? `attempt ${step.attempt}` : undefined;
  return [explainState(step, report), tries].filter(Boolean).join(', ');
}

function explainState(step: StepProgress, report: StepReport | undefined): string | undefined {
  // Of a step that only runs there is nothing to add.
  if (step.state === 'running') return report?.detail === 'running' ? undefined : report?.detail;
  return step.state === 'failed' ? describeFailure(step) : step.reason;
}

/** Why a step failed, without its name. */
export const describeFailure = ({ name, failure }: StepProgress): string =>
  failure?.message.replace(`${name} failed: `, '') ?? 'no reason given';

/** Why a finished step ran or was reused, as a sentence; undefined for the others. */
export function explainStep(step: StepProgress): string | undefined {
  if (step.state !== 'done' || step.reason === undefined) return undefined;
  if (step.reused === undefined) return `${step.name} ran: ${step.reason}`;
  return `${step.name} reused from run ${step.reused}: ${step.reason.replace(` as run ${step.reused}`, '')}`;
}

/** What `-o json` says of a run: docs/cli.md describes it. */
export interface RunSummary {
  runId: string;
  executionId: string;
  pipeline?: string;
  target?: string;
  state: ViewState;
  parameters: Progress['parameters'];
  metrics: Progress['metrics'];
  model: Progress['model'] | null;
  steps: StepSummary[];
  failure: string | null;
  cancellation: Progress['cancellation'] | null;
  pause: Progress['pause'] | null;
  hold: Progress['hold'] | null;
  approval: Progress['approval'] | null;
  startedBy?: string;
  startedAt?: string;
  finishedAt: string | null;
  /** Wall time, and the part of it that is not the steps' own. */
  seconds: number | null;
  overheadSeconds: number | null;
  url: string;
}

interface StepSummary {
  name: string;
  state: StepState;
  attempt: number;
  /** The run whose result was taken, or null. */
  reused: string | null;
  reason: string | null;
  seconds: number | null;
  /** What a running step is doing, and how far it is, from 0 to 1, where it says so. */
  detail: string | null;
  fraction: number | null;
  failure: StepProgress['failure'] | null;
}

/** The run as `-o json` says it. */
export function summarizeRun(
  { runId, executionId, state, progress, details, url }: RunView,
  now: Date,
): RunSummary {
  const base = { runId, executionId, state, url };
  if (progress === undefined)
    return {
      ...base,
      parameters: {},
      metrics: {},
      model: null,
      steps: [],
      failure: null,
      cancellation: null,
      pause: null,
      hold: null,
      approval: null,
      finishedAt: null,
      seconds: null,
      overheadSeconds: null,
    };
  const { pipeline, target, parameters, metrics, model, steps, failure, cancellation } = progress;
  const seconds = runSeconds(progress, now);
  const own = steps.reduce((sum, step) => sum + (secondsOf(step, now) ?? 0), 0);
  return {
    ...base,
    pipeline,
    target,
    parameters,
    metrics,
    model: model ?? null,
    steps: steps.map((step) => summarizeStep(step, details[step.name], now)),
    failure: failure ?? null,
    cancellation: cancellation ?? null,
    pause: progress.pause ?? null,
    hold: progress.hold ?? null,
    approval: progress.approval ?? null,
    startedBy: progress.startedBy,
    startedAt: progress.startedAt,
    finishedAt: progress.finishedAt ?? null,
    seconds,
    overheadSeconds: Math.max(0, Math.round((seconds - own) * 1e6) / 1e6),
  };
}

const summarizeStep = (step: StepProgress, report: StepReport | undefined, now: Date): StepSummary => ({
  name: step.name,
  state: step.state,
  attempt: step.attempt,
  reused: step.reused ?? null,
  reason: step.reason ?? null,
  seconds: step.reused === undefined ? (secondsOf(step, now) ?? null) : 0,
  detail: report?.detail || null,
  fraction: report?.fraction ?? null,
  failure: step.failure ?? null,
});
