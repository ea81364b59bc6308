import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { localTarget } from '../../targets/local.ts';
import type { Command, Ended } from '../../targets/target.ts';

/** A folder to run commands in, with what a test asks about them. */
export interface Workplace {
  folder: string;
  logFile: string;
  command(line: string, changes?: Partial<Command>): Command;
  run(line: string, changes?: Partial<Command>): Promise<Ended>;
  /** Runs a command, cancels it once it has written the file `ready`, and says how long the end took. */
  cancelWhenReady(line: string, graceMilliseconds?: number): Promise<{ reason: unknown; seconds: number }>;
  read(name: string): string;
  /** The pids in files the command wrote: echo $$ > one.pid */
  pids(...names: string[]): Promise<number[]>;
  remove(): void;
}

let count = 0;

/** Makes an empty folder to run commands in. */
export function openWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'local-target-'));
  const logFile = join(folder, 'std_log.txt');
  const command = (line: string, changes: Partial<Command> = {}): Command => {
    count += 1;
    return {
      command: line,
      cwd: folder,
      env: {},
      logFile,
      token: `test-${process.pid}-${count}`,
      ...changes,
    };
  };
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return {
    folder,
    logFile,
    command,
    read,
    run: (line, changes) =>
      localTarget({ graceMilliseconds: 300 }).run(command(line, changes), new AbortController().signal),
    async cancelWhenReady(line, graceMilliseconds = 300) {
      const abort = new AbortController();
      const ended = localTarget({ graceMilliseconds })
        .run(command(line), abort.signal)
        .catch((error: unknown) => error);
      await until(() => read('ready') !== '');
      const began = performance.now();
      abort.abort(new Error('cancelled by a test'));
      return { reason: await ended, seconds: (performance.now() - began) / 1000 };
    },
    async pids(...names) {
      await until(() => names.every((name) => read(name).endsWith('\n')));
      return names.map((name) => Number(read(name)));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Waits until the condition holds (an error is: not yet), or fails after ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; ;) {
    try {
      if (condition()) return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error(`not within 10 s: ${condition.toString()}`);
    await setTimeout(5);
  }
}

/** Whether a process is alive; one that only waits to be reaped is not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform === 'darwin' || !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
