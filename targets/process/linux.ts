import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { codeOf } from './fault.ts';
import type { Process } from './table.ts';

/** The longest the event loop is held by one reading of /proc, in milliseconds. */
const slice = 2;
/** How often /proc is listed again for processes born while it was being read. */
const passes = 10;
const kernelThread = 0x00200000;
const variable = '\0TEMPORAL_AZUREML_ATTEMPT=';

/**
 * Every process that is alive. A listing of /proc is no snapshot: a daemon may fork behind the reader's back and exit
 * ahead of it, so /proc is listed again until nothing new is in it.
 *
 * What it cannot see: the token of another user's process or of one that is not dumpable (EACCES), and of one that
 * has written over its own environment (setproctitle). Such a process is still found by its session or its parents.
 */
export async function listProcesses(since: number): Promise<Process[]> {
  const found: Process[] = [];
  const seen = new Set<string>();
  for (let pass = 0; pass < passes; pass += 1) {
    const names = (await readdir('/proc')).filter((name) => isPid(name) && !seen.has(name));
    if (names.length === 0) break;
    const unsettled: Process[] = [];
    let until = performance.now() + slice;
    for (const name of names) {
      seen.add(name);
      // Read in slices of synchronous calls: ten times less work than as many calls through the thread pool.
      if (performance.now() > until) {
        await setImmediate();
        until = performance.now() + slice;
      }
      const one = readProcess(name);
      if (one === undefined) continue;
      const environment = one.start < since ? undefined : read(`/proc/${name}/environ`);
      if (environment === '' && pass < passes - 1) {
        // While a program is being replaced (exec) its environment is empty for a moment: ask again.
        seen.delete(name);
        unsettled.push(one);
        continue;
      }
      one.token = tokenIn(environment);
      found.push(one);
    }
    if (unsettled.length > 0) await setTimeout(1);
  }
  return found;
}

function isPid(name: string): boolean {
  return name >= '0' && name < ':';
}

/** When a process began, in clock ticks since the system did, or undefined when it is gone. */
export function startOf(pid: number): number | undefined {
  return readProcess(String(pid))?.start;
}

function readProcess(pid: string): Process | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold spaces and parentheses of its own: the fields begin after the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 20);
  const field = (index: number): number => Number(fields[index]);
  // A process whose first thread has ended reads Z while its other threads still run.
  const threads = field(17);
  const dead = fields[0] === 'X' || (fields[0] === 'Z' && threads <= 1);
  if (dead || (field(6) & kernelThread) !== 0) return undefined;
  const family = field(3);
  return { pid: Number(pid), parent: field(1), group: field(2), family, start: field(19), token: undefined };
}

function tokenIn(environment: string | undefined): string | undefined {
  if (environment === undefined) return undefined;
  const text = `\0${environment}`;
  const at = text.indexOf(variable);
  if (at < 0) return undefined;
  const end = text.indexOf('\0', at + 1);
  return text.slice(at + variable.length, end < 0 ? undefined : end);
}

/** A file of /proc, or undefined when the process has gone or is not ours to read. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
