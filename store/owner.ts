import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readJson, writeJson, type FileStore } from './file.ts';

/** The worker process a work folder belongs to. */
interface Owner {
  pid: number;
  /** When the process started: a process id alone may be another's by now. */
  started: string;
}

let self: Promise<string> | undefined;

/** Marks a work folder as this process's. */
export async function markOwner(folder: string): Promise<void> {
  self ??= readStart(process.pid);
  await writeJson(join(folder, 'owner.json'), { pid: process.pid, started: await self } satisfies Owner);
}

/** How old a folder without an owner is allowed to be, in milliseconds: its worker died while making it. */
const unmarked = 60_000;

/** Whether the worker a work folder belongs to is alive, or is making the folder at this moment. */
export async function isOwned(store: FileStore, folder: string): Promise<boolean> {
  const path = join(store.root, 'work', folder);
  const owner = await readJson<Owner>(join(path, 'owner.json'));
  if (owner !== undefined) return (await readStart(owner.pid)) === owner.started;
  const entry = await stat(path).catch(() => undefined);
  return entry !== undefined && Date.now() - entry.mtimeMs < unmarked;
}

/** What tells a process from an earlier one with the same id; empty where there is none. */
async function readStart(pid: number): Promise<string> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({
      stdout: '',
    }));
    return stdout.trim();
  }
  // Field 22 is the start time in clock ticks since boot (proc(5)); the name in field 2 may hold spaces and brackets.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
