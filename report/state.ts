import { html, type Html } from './html.ts';

interface Look {
  mark: string;
  tone: 'good' | 'bad' | 'warn' | 'busy' | 'quiet';
}

const looks: Record<string, Look> = {
  completed: { mark: '✓', tone: 'good' },
  done: { mark: '✓', tone: 'good' },
  failed: { mark: '✗', tone: 'bad' },
  'timed out': { mark: '✗', tone: 'bad' },
  cancelled: { mark: '–', tone: 'warn' },
  terminated: { mark: '–', tone: 'warn' },
  cancelling: { mark: '…', tone: 'warn' },
  paused: { mark: '·', tone: 'warn' },
  'awaiting approval': { mark: '·', tone: 'warn' },
  'awaiting retry': { mark: '·', tone: 'warn' },
  running: { mark: '…', tone: 'busy' },
};

/** The sign and the colour of a run's or a step's state; one that waits or was skipped has the quiet ones. */
export const lookOf = (state: string): Look => looks[state] ?? { mark: '·', tone: 'quiet' };

/** A state as sign and word, never by colour alone. */
export function renderState(state: string): Html {
  const { mark, tone } = lookOf(state);
  return html`<span class="${tone}">${mark} ${state}</span>`;
}
