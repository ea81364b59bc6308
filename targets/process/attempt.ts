import { setTimeout } from 'node:timers/promises';
import { PipelineError } from '../../errors/error.ts';
import { processes, signal } from './table.ts';
import type { Process } from './table.ts';

/** How long the kernel may take to end what was sent KILL before that is reported, in milliseconds. */
const kernelMilliseconds = 10_000;

/** The processes of one attempt at a step, by the marks they are found by. */
export interface Attempt {
  token: string;
  /** When the first of them began, as the process table counts; 0 when that is not known. */
  since: number;
  /** The pid of the first, which is its family's number too, as long as the kernel cannot have given it away. */
  leader: number | undefined;
  /** Whether the first has been waited for: from then on only the living hold its number. */
  reaped: boolean;
}

/** How long processes may take to end by themselves, and then to end after TERM, in milliseconds. */
export interface Patience {
  before: number;
  grace: number;
}

/**
 * Ends every process of the attempt: TERM to their groups, KILL after the grace, until none is alive. Resolves with
 * how many there were to be ended.
 */
export async function endProcesses(attempt: Attempt, { before, grace }: Patience): Promise<number> {
  const known = new Map<number, Process>();
  const asked = new Set<number>();
  const began = performance.now();
  let pause = 10;
  for (;;) {
    const wasReaped = attempt.reaped;
    const alive = membersOf(attempt, known, await processes(attempt.since));
    if (alive.length === 0) return asked.size;
    // The group of a reaped leader was still there when it was reaped, and pids are handed out in turn: in the one
    // reading since, its number cannot have come round. After that only processes that are known vouch for it.
    if (wasReaped) attempt.leader = undefined;
    for (const one of alive) known.set(one.pid, one);
    const waited = performance.now() - began - before;
    if (waited >= grace + kernelMilliseconds) throw notEnded(alive);
    if (waited >= 0) {
      if (waited >= grace) signalGroups(alive, 'SIGKILL');
      else if (asked.size === 0) {
        signalGroups(alive, 'SIGTERM');
        pause = 10;
      } else for (const one of alive) if (!asked.has(one.pid)) signal(one, 'SIGTERM', 'process');
      for (const one of alive) asked.add(one.pid);
    }
    await setTimeout(pause);
    pause = Math.min(pause * 2, 200);
  }
}

/**
 * The processes of an attempt: those that carry its token, its leader's family, those found before; and, of all these,
 * the families and the children. So one that cleared its environment is found as long as it left either of them.
 */
export function membersOf(attempt: Attempt, known: Map<number, Process>, table: Process[]): Process[] {
  const isMember = (one: Process): boolean =>
    carries(one, attempt.token) || one.family === attempt.leader || known.get(one.pid)?.start === one.start;
  const members = new Set(table.filter(isMember));
  for (let size = 0; size !== members.size;) {
    size = members.size;
    const pids = new Set([...members].map((one) => one.pid));
    // Family 0 is one whose leader is outside of this container.
    const families = new Set([...members].map((one) => one.family).filter((family) => family !== 0));
    for (const one of table) if (pids.has(one.parent) || families.has(one.family)) members.add(one);
  }
  // Steps are started into families of their own: what shares the worker's is none of theirs, whatever it carries.
  const own = table.find((one) => one.pid === process.pid)?.family;
  return [...members].filter((one) => one.family !== own);
}

function carries({ token }: Process, wanted: string): boolean {
  return token !== undefined && (token === wanted || token.startsWith(`${wanted}~`));
}

function signalGroups(alive: Process[], name: NodeJS.Signals): void {
  // One call for a whole group leaves none of it the time to start another program in between.
  for (const group of Map.groupBy(alive, (one) => one.group).values()) {
    group.some((one) => signal(one, name, 'group'));
  }
}

function notEnded(alive: Process[]): PipelineError {
  const pids = alive.map((one) => one.pid).join(' ');
  return new PipelineError(
    'STEP_NOT_ENDED',
    `Processes of the step are still alive ${kernelMilliseconds / 1000} s after SIGKILL: ${pids}.`,
    {
      hint: `They belong to another user or wait for a device. See what they do: ps -o pid,user,stat,wchan,args -p ${pids.replaceAll(' ', ',')}`,
    },
  );
}
