import type { Progress } from '../workflows/messages.ts';
import { html, type Html } from './html.ts';
import { renderTime } from './time.ts';

interface Told {
  by: string;
  reason?: string;
  at?: string;
}

interface Decided extends Progress {
  pause?: Told;
  hold?: { kind: string; step: string; since: string; deadline?: string };
  approval?: Told & { decision: string };
}

/** What people have decided about a run, and what it waits for. */
export function renderDecisions(progress: Progress): Html {
  const { cancellation, pause, hold, approval } = progress as Decided;
  return html`${hold && renderHold(hold)}${pause && renderTold('Paused', pause)}${approval && renderTold(capitalize(approval.decision), approval)}${cancellation && renderTold('Cancelled', cancellation)}`;
}

const renderTold = (what: string, { by, reason, at }: Told): Html =>
  html`<div class="note warn">
    <p>
      ${what} by ${by}${at === undefined ? '' : html` at ${renderTime(at)}`}${reason ? `: ${reason}` : ''}
    </p>
  </div> `;

const renderHold = ({ kind, step, since, deadline }: NonNullable<Decided['hold']>): Html =>
  html`<div class="note warn">
    <p>
      Held at ${step} (${kind}) since
      ${renderTime(since)}${deadline === undefined ? '' : html`, until ${renderTime(deadline)} at the latest`}
    </p>
  </div> `;

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
