import * as linux from './linux.ts';
import * as macos from './macos.ts';

/** A process that is alive: neither a zombie nor a thread of the kernel. */
export interface Process {
  pid: number;
  parent: number;
  group: number;
  /**
   * What a process gets into by descent only: on Linux its session, on macOS its process group. A step starts as the
   * leader of a new one, so whatever shares one with a process of the step belongs to the step.
   */
  family: number;
  /** When it began, in the system's own measure; with the pid it names one process for good, a pid alone does not. */
  start: number;
  /** The attempt its environment names, where that can be read. */
  token: string | undefined;
}

const system = process.platform === 'darwin' ? macos : linux;

let latest: Promise<unknown> = Promise.resolve();
let upcoming: { since: number; list: Promise<Process[]> } | undefined;

/**
 * Every process that is alive, with the tokens of those that began at `since` or later (0: of all). One reading serves
 * all who asked before it began, so fifty steps that end together cost two readings and not fifty.
 */
export function processes(since: number): Promise<Process[]> {
  if (upcoming !== undefined) {
    upcoming.since = Math.min(upcoming.since, since);
    return upcoming.list;
  }
  const reading = async (): Promise<Process[]> => {
    upcoming = undefined;
    return await system.listProcesses(request.since);
  };
  const request = { since, list: latest.then(reading, reading) };
  latest = request.list;
  upcoming = request;
  return request.list;
}

/** When a process began, or undefined when it is gone or the system does not say. */
export const startOf = system.startOf;

/**
 * Sends a signal to a process, or to its whole group, unless it has gone and its number may be another's. Says whether
 * it was still there.
 */
export function signal(to: Process, name: NodeJS.Signals, scope: 'process' | 'group'): boolean {
  // Between this check and the kill lie microseconds; Node has no pidfd to close that gap.
  if (process.platform !== 'darwin' && startOf(to.pid) !== to.start) return false;
  try {
    process.kill(scope === 'group' ? -to.group : to.pid, name);
  } catch {
    // Gone just now, or another user's (sudo in a step): who waits for its end will see.
  }
  return true;
}
