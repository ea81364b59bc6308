import { createScreen } from '../render.ts';
import { answer, answerJson, remark, type Session } from '../session.ts';
import { isFinal } from '../view.ts';
import { renderSweepBlock, renderSweepChange } from './render.ts';
import { summarizeSweep } from './summary.ts';
import type { SweepView } from './view.ts';

/** Shows a sweep while it goes on: a block drawn again in place on a terminal, a line for each change elsewhere. */
export function createSweepReporter(session: Session): (view: SweepView) => void {
  const { io, format, paint } = session;
  if (format === 'text' && io.isTTY) {
    const screen = createScreen(io);
    let begun = false;
    return (view) => {
      if (!begun && !isFinal(view.state)) answer(session, `Temporal  ${view.url}`);
      begun = true;
      screen.draw(renderSweepBlock(view, paint, io.now(), io.columns));
    };
  }
  let before: SweepView | undefined;
  return (view) => {
    const lines = renderSweepChange(before, view, io.now());
    before = view;
    if (lines.length === 0) return;
    if (format === 'jsonl')
      answerJson(session, { time: io.now().toISOString(), ...summarizeSweep(view, io.now()) });
    else for (const line of lines) (format === 'json' ? remark : answer)(session, line);
  };
}
