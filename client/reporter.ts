import { createScreen, renderBlock, renderChanges } from './render.ts';
import { answer, answerJson, remark, type Session } from './session.ts';
import { isFinal, summarizeRun, type RunView } from './view.ts';

/** Shows a run while it goes on: a block drawn again in place on a terminal, a line for each change elsewhere. */
export function createReporter(session: Session): (view: RunView) => void {
  const { io, format, paint } = session;
  if (format === 'text' && io.isTTY) {
    const screen = createScreen(io);
    let begun = false;
    return (view) => {
      // Above the block: a link that is cut to the width of the terminal leads nowhere.
      if (!begun && !isFinal(view.state)) answer(session, `Temporal  ${view.url}`);
      begun = true;
      screen.draw(renderBlock(view, paint, io.now(), io.columns));
    };
  }
  let before: RunView | undefined;
  return (view) => {
    const lines = renderChanges(before, view, io.now());
    before = view;
    if (lines.length === 0) return;
    if (format === 'jsonl')
      answerJson(session, { time: io.now().toISOString(), ...summarizeRun(view, io.now()) });
    else for (const line of lines) (format === 'json' ? remark : answer)(session, line);
  };
}
