import type { Hold, Order, Progress } from '../workflows/messages.ts';
import { html, type Html } from './html.ts';
import { renderTime } from './time.ts';

/** What a run waits for, and what has been decided about it: by whom, when and why. */
export function renderDecisions({ hold, pause, approval, cancellation }: Progress): Html {
  const decided = approval?.decision === 'approved' ? 'Approved' : 'Rejected';
  return html`${hold && renderNote(describeHold(hold))}${pause && renderOrder('Pause asked for', pause)}${approval && renderOrder(decided, approval)}${cancellation && renderOrder('Cancelled', cancellation)}`;
}

function describeHold({ kind, step, since, deadline }: Hold): Html {
  const what: Record<Hold['kind'], string> = {
    paused: `Paused before ${step}`,
    approval: `${step} waits for approval`,
    failure: `Waits at ${step}, which failed,`,
  };
  const end = deadline === undefined ? '' : html`, until ${renderTime(deadline)}`;
  return html`${what[kind]} since ${renderTime(since)}${end}`;
}

function renderOrder(what: string, { by, reason, at }: Order & { at?: string }): Html {
  const time = at === undefined ? '' : html` at ${renderTime(at)}`;
  return renderNote(html`${what} by ${by}${time}${reason === '' ? '' : `: ${reason}`}`);
}

const renderNote = (text: Html): Html => html`<div class="note warn"><p>${text}</p></div> `;
