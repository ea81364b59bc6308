import { endProcesses } from './process/attempt.ts';
import { startCommand } from './process/child.ts';
import type { Exit } from './process/child.ts';
import { memoryKills } from './process/memory.ts';
import { ranOutOfMemory, readExit } from './process/outcome.ts';
import type { Command, Ended, Target } from './target.ts';

/** How long what a step started in the background may take to end once it has, before it is ended, in milliseconds. */
const lingering = 250;

/** The target that runs a step as child processes of this one; the grace lies between TERM and KILL. */
export function localTarget({ graceMilliseconds = 5000 } = {}): Target {
  return {
    run: (command, cancellation) => runCommand(command, cancellation, graceMilliseconds),
    end: (token) =>
      endProcesses(
        { token, since: 0, leader: undefined, reaped: true },
        { before: 0, grace: graceMilliseconds },
      ),
  };
}

async function runCommand(command: Command, cancellation: AbortSignal, grace: number): Promise<Ended> {
  cancellation.throwIfAborted();
  const killsBefore = await memoryKills();
  const { attempt, exit } = await startCommand(command, cancellation);
  const first = await endOrAbort(exit, cancellation);
  if (first === undefined) {
    await endProcesses(attempt, { before: 0, grace });
    await exit;
    throw cancellation.reason;
  }
  // A helper that ends when it sees its parent gone (tee, joblib's resource tracker) is no leftover: give it a moment.
  const leftovers = await endProcesses(attempt, { before: lingering, grace });
  const outcome = readExit(first);
  const outOfMemory = await ranOutOfMemory(outcome, { file: command.logFile, killsBefore });
  return { ...outcome, outOfMemory, seconds: first.seconds, leftovers };
}

/** How the command ended, or undefined when the cancellation came first. */
async function endOrAbort(exit: Promise<Exit>, cancellation: AbortSignal): Promise<Exit | undefined> {
  const { promise: abort, resolve } = Promise.withResolvers<undefined>();
  const onAbort = (): void => resolve(undefined);
  if (cancellation.aborted) onAbort();
  cancellation.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([exit, abort]);
  } finally {
    cancellation.removeEventListener('abort', onAbort);
  }
}
