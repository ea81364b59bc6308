import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

let self: Promise<string> | undefined;

/**
 * Names this process, for good: `4711-183645`. It is part of the names of its work folders, and not a file in them,
 * so that there is no moment at which a folder is without it.
 */
export async function nameSelf(): Promise<string> {
  self ??= readStart(process.pid).then((start) => `${process.pid}-${start}`);
  return self;
}

/** Whether the process with this name is alive. */
export async function isAlive(name: string): Promise<boolean> {
  const [pid, start] = name.split('-', 2);
  return start !== '' && (await readStart(Number(pid))) === start;
}

/** What tells a process from an earlier one with the same id; empty where there is none. */
async function readStart(pid: number): Promise<string> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env: { LC_ALL: 'C' },
    }).catch(() => ({ stdout: '' }));
    return stdout.replaceAll(/\W/g, '');
  }
  // Field 22 is the start time in clock ticks since boot (proc(5)); the name in field 2 may hold spaces and brackets.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
