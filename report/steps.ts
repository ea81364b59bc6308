import type { AttemptRecord } from '../store/attempt.ts';
import type { StepFailure, StepProgress } from '../workflows/messages.ts';
import type { StepContent } from './content.ts';
import { breakable, html, type Html } from './html.ts';
import { renderState } from './state.ts';
import { formatSeconds, secondsOf } from './time.ts';

/** Each step with its state, its time and why it ran, was reused or failed; each attempt where there were several. */
export const renderSteps = (steps: readonly StepContent[], now: Date): Html =>
  html`<table class="steps">
      <caption>
        Each step, how long its own command took, and why it ran
      </caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">State</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        ${steps.map((step) => renderStep(step, now))}
      </tbody>
    </table>
    ${steps.filter(({ attempt }) => attempt > 1).map(renderAttempts)}`;

function renderStep(step: StepContent, now: Date): Html {
  const { name, state, attempt } = step;
  const seconds = secondsOf(step, now);
  const time = seconds === undefined ? '' : ` ${formatSeconds(seconds)}`;
  return html` <tr>
    <th scope="row">${breakable(name)}</th>
    <td class="state">${renderState(state)}${time}${attempt > 1 ? html`<br />attempt ${attempt}` : ''}</td>
    <td>${explain(step)}</td>
  </tr>`;
}

function explain({ state, reused, reason, failure, record }: StepContent): Html | string | undefined {
  if (reused !== undefined)
    return html`reused from run <span class="id">${reused}</span>: ${reason?.replace(` as run ${reused}`, '')}`;
  return state === 'failed' ? describeFailure(failure) : (reason ?? record?.reason);
}

const describeFailure = (failure: StepFailure | undefined): string => {
  if (failure === undefined) return 'no reason given';
  const { message, exitCode, signal, outOfMemory } = failure;
  if (signal === undefined && exitCode === undefined) return message;
  const end = signal === undefined ? `exit code ${exitCode}` : `killed by ${signal}`;
  return `${end}${outOfMemory ? ', out of memory' : ''}`;
};

const renderAttempts = ({ name, attempts, attempt: last }: StepContent): Html =>
  html`<table class="steps">
    <caption>
      ${last} attempts of ${name}${last > attempts.length ? '; the ones not listed left no record' : ''}
    </caption>
    <thead>
      <tr>
        <th scope="col">Attempt</th>
        <th scope="col">State</th>
        <th scope="col">How it ended</th>
      </tr>
    </thead>
    <tbody>
      ${attempts.map(renderAttempt)}
    </tbody>
  </table> `;

const renderAttempt = ({ attempt, state, seconds, failure }: AttemptRecord): Html =>
  html` <tr>
    <th scope="row">${attempt}</th>
    <td class="state">${renderState(state)} ${formatSeconds(seconds)}</td>
    <td>${failure && describeFailure(failure)}</td>
  </tr>`;

/** How a step failed, and the last lines it printed. */
export const renderFailure = ({ name, failure }: StepProgress): Html =>
  html`<div class="note bad">
    <p><strong>${failure?.message ?? `${name} failed`}</strong></p>
    ${failure === undefined || failure.logTail.length === 0 ? '' : html`<pre>${failure.logTail.join('\n')}</pre>`}
  </div> `;

/** The end of the log of each step that has begun. */
export function renderLogs(steps: readonly StepContent[]): Html {
  const begun = steps.filter(({ attempt }) => attempt > 0);
  return begun.length === 0 ? html`<p>No step has begun.</p>` : html`${begun.map(renderLog)}`;
}

function renderLog({ name, reused, record, log }: StepContent): Html {
  const from = reused === undefined ? '' : `, in run ${reused}`;
  const about = record === undefined ? 'no log is in the store' : `${countLines(log)}${from}`;
  return html`<h3>${name} <span class="quiet">${about}</span></h3>
    ${log.length === 0 ? '' : html`<pre>${log.join('\n')}</pre>`} `;
}

function countLines({ length }: string[]): string {
  if (length === 0) return 'printed nothing';
  return length === 1 ? 'last line' : `last ${length} lines`;
}
