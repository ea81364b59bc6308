import { constants } from 'node:os';
import type { Exit } from './child.ts';
import { lastLines } from './log.ts';
import { memoryKills } from './memory.ts';

/** The signals that end a process; 128 and the number of any other (SIGCHLD …) is a program's own exit code. */
const signalNames: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGUSR1',
  'SIGSEGV',
  'SIGUSR2',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGVTALRM',
  'SIGPROF',
  'SIGIO',
  'SIGSYS',
];

/**
 * How the command ended. bash ends with 128 + n when the program it waited for was killed by signal n, so such a code
 * is read as that signal. A program may choose such a code itself (137, 143 …) and cannot be told from a killed one.
 */
export function readExit({ code, signal }: Exit): Pick<Exit, 'signal'> & { exitCode: number | undefined } {
  if (signal !== undefined || code === undefined || code <= 128) return { exitCode: code, signal };
  const name = signalNames.find((each) => constants.signals[each] === code - 128);
  return name === undefined ? { exitCode: code, signal } : { exitCode: undefined, signal: name };
}

/**
 * Whether somebody said that memory ran out: the kernel, by ending a process for it while the command ran (not
 * necessarily this one, where several run: then SIGKILL and the count together mislead), Node or Python by the end of
 * the log. A program that dies of it in other words is not noticed.
 */
export async function ranOutOfMemory(
  { exitCode, signal }: ReturnType<typeof readExit>,
  log: { file: string; killsBefore: number | undefined },
): Promise<boolean> {
  if (exitCode === 0) return false;
  if (signal === 'SIGKILL') return ((await memoryKills()) ?? 0) > (log.killsBefore ?? Infinity);
  const lines = await lastLines(log.file, 60);
  if (signal === 'SIGABRT') return lines.some((line) => line.includes('JavaScript heap out of memory'));
  return /^([\w.]+\.)?_?(Array)?MemoryError\b/.test(lines.at(-1) ?? '');
}
