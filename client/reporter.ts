import { hasAdvanced, renderChanges } from './changes.ts';
import { createScreen, renderBlock } from './render.ts';
import { answer, answerJson, remark, type Session } from './session.ts';
import { isFinal, summarizeRun, type RunView } from './view.ts';

/** Shows a run while it goes on: a block drawn again in place on a terminal, a line for each change elsewhere. */
export function createReporter(
  session: Session,
  { cancelOnInterrupt = false }: { cancelOnInterrupt?: boolean } = {},
): (view: RunView) => void {
  const { io, format, paint } = session;
  if (format === 'text' && io.isTTY) {
    const screen = createScreen(io);
    const interrupt = cancelOnInterrupt ? 'cancels' : 'leaves';
    let begun = false;
    return (view) => {
      // Above the block: a link that is cut to the width of the terminal leads nowhere.
      if (!begun && !isFinal(view.state)) answer(session, `Temporal  ${view.url}`);
      begun = true;
      screen.draw(renderBlock(view, paint, io.now(), io.columns, interrupt));
    };
  }
  return format === 'jsonl' ? createJsonReporter(session) : createLineReporter(session);
}

function createLineReporter(session: Session): (view: RunView) => void {
  let before: RunView | undefined;
  return (view) => {
    const lines = renderChanges(before, view, session.io.now());
    before = view;
    for (const line of lines) (session.format === 'json' ? remark : answer)(session, line);
  };
}

/** An object for each change; of a step's progress at most one a second. */
function createJsonReporter(session: Session): (view: RunView) => void {
  let before: RunView | undefined;
  let saidAt = 0;
  return (view) => {
    const now = session.io.now();
    const changed = renderChanges(before, view, now).length > 0;
    if (!changed && !(hasAdvanced(before, view) && now.getTime() - saidAt >= 1000)) return;
    before = view;
    saidAt = now.getTime();
    answerJson(session, { time: now.toISOString(), ...summarizeRun(view, now) });
  };
}
