/** Telling a schedule something: to hold, to go on, to be gone. */
import { PipelineError } from '../../errors/error.ts';
import { confirm } from '../confirm.ts';
import { answer, answerJson, invocation, remark, type Session } from '../session.ts';
import { describeUser } from '../user.ts';
import { withSchedule } from './find.ts';

/** Pauses a schedule or lets it fire again; who and why is its note. */
export async function pauseSchedule(
  session: Session,
  name: string,
  { reason, paused }: { reason: string | undefined; paused: boolean },
): Promise<number> {
  return withSchedule(session, name, async ({ handle, description }) => {
    const note = `${paused ? 'paused' : 'resumed'} by ${describeUser()}${reason === undefined ? '' : `: ${reason}`}`;
    await (paused ? handle.pause(note) : handle.unpause(note));
    answerState(session, name, paused ? 'paused' : 'active');
    const waiting = Number(description.raw.info?.bufferSize ?? 0);
    if (paused && waiting > 0)
      remark(
        session,
        `${waiting} waiting for the run that goes on: Temporal forgets them when it ends before ${name} is resumed.`,
      );
    if (paused)
      remark(session, `Runs that go on are left alone. To go on: ${invocation} schedule resume ${name}`);
    return 0;
  });
}

/** Deletes a schedule; what it has started goes on. */
export async function deleteSchedule(session: Session, name: string, yes: boolean): Promise<number> {
  if (!yes && !session.io.isTTY)
    throw new PipelineError('USAGE', `Deleting schedule ${name} needs --yes.`, {
      hint: `To stop it for a while: ${invocation} schedule pause ${name}`,
    });
  return withSchedule(session, name, async ({ handle, description }) => {
    const running = description.info.runningActions.length;
    const going =
      running === 0
        ? ''
        : ` Its ${running === 1 ? 'run' : `${running} runs`} that go on will not be stopped.`;
    if (!yes && !(await confirm(`Delete schedule ${name}?${going}`))) return 2;
    await handle.delete();
    answerState(session, name, 'deleted');
    if (running > 0) remark(session, `Its runs go on; ${invocation} list shows them.`);
    return 0;
  });
}

function answerState(session: Session, name: string, state: 'active' | 'paused' | 'deleted'): void {
  if (session.format === 'text') answer(session, `${name} ${state}`);
  else answerJson(session, { name, state });
}
