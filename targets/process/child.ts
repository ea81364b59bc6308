import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { PipelineError } from '../../errors/error.ts';
import type { Command } from '../target.ts';
import type { Attempt } from './attempt.ts';
import { stepEnvironment } from './environment.ts';
import { codeOf } from './fault.ts';
import { startOf } from './table.ts';

/** How bash itself ended, and how long after its start. */
export interface Exit {
  code: number | undefined;
  signal: NodeJS.Signals | undefined;
  seconds: number;
}

/** A command that has been started: the marks of its processes, and its end to wait for. */
export interface Started {
  attempt: Attempt;
  exit: Promise<Exit>;
}

/** Starts a command in a session and process group of its own, unless it has been cancelled by then. */
export async function startCommand(command: Command, cancellation: AbortSignal): Promise<Started> {
  const log = await openLog(command);
  try {
    cancellation.throwIfAborted();
    return await spawnBash(command, log);
  } finally {
    await log.close();
  }
}

async function openLog(command: Command): Promise<FileHandle> {
  try {
    return await open(command.logFile, 'a');
  } catch (error) {
    throw notStarted(
      `its log ${command.logFile} cannot be opened`,
      error,
      'Make room there, or make it writable.',
    );
  }
}

async function spawnBash(command: Command, log: FileHandle): Promise<Started> {
  const began = performance.now();
  try {
    const child = spawn('bash', ['-c', command.command], {
      cwd: command.cwd,
      env: stepEnvironment(process.env, command),
      detached: true,
      // One descriptor, opened for appending, for both: what the step writes keeps its order, passes by the worker's
      // memory, and goes on being logged when the worker has died.
      stdio: ['ignore', log.fd, log.fd],
    });
    if (child.pid === undefined) throw await spawnError(child);
    return follow(child, child.pid, command.token, began);
  } catch (error) {
    throw await explain(command, error);
  }
}

/** Everything here happens before the event loop turns: bash has not been waited for, its pid is surely its own. */
function follow(child: ChildProcess, pid: number, token: string, began: number): Started {
  const attempt: Attempt = { token, since: startOf(pid) ?? 0, leader: pid, reaped: false };
  const exit = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      attempt.reaped = true;
      // The number stays taken as long as its group has members; with the group gone, it may be given to a stranger.
      if (!groupLives(pid)) attempt.leader = undefined;
      resolve({
        code: code ?? undefined,
        signal: signal ?? undefined,
        seconds: (performance.now() - began) / 1000,
      });
    });
  });
  return { attempt, exit };
}

function groupLives(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function spawnError(child: ChildProcess): Promise<Error> {
  return new Promise((resolve) => {
    child.once('error', resolve);
  });
}

async function explain(command: Command, error: unknown): Promise<PipelineError> {
  const code = codeOf(error);
  // A missing folder and a missing bash are the same ENOENT.
  const folder = await stat(command.cwd).catch(() => undefined);
  if (folder?.isDirectory() !== true) {
    return notStarted(
      `its folder ${command.cwd} is not there`,
      error,
      'Start the run again: its copy is made anew.',
    );
  }
  if (code === 'ENOENT') {
    return notStarted('there is no bash on its PATH', error, 'Install bash, or correct PATH.');
  }
  if (code === 'E2BIG') {
    const size = Math.ceil(Buffer.byteLength(command.command) / 1024);
    return notStarted(
      `its command line (${size} KiB) and environment are longer than the system takes`,
      error,
      'Put the command into a script in the code folder.',
    );
  }
  if (code === 'EMFILE' || code === 'ENFILE' || code === 'EAGAIN') {
    return notStarted(
      `the system gives no more files or processes (${code})`,
      error,
      'Run fewer steps at once, or raise the limits: ulimit -n, ulimit -u.',
    );
  }
  return notStarted(
    error instanceof Error ? error.message : String(error),
    error,
    'Try the command in a shell.',
  );
}

function notStarted(why: string, cause: unknown, hint: string): PipelineError {
  return new PipelineError('STEP_NOT_STARTED', `The step was not started: ${why}.`, { hint, cause });
}
