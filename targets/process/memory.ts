import { readFile } from 'node:fs/promises';

let counter: Promise<string | undefined> | undefined;

/**
 * How many processes the kernel has ended for want of memory so far: in this process's control group where that is
 * counted, else on the whole machine; undefined where neither is told (macOS).
 */
export async function memoryKills(): Promise<number | undefined> {
  const file = await (counter ??= findCounter());
  return file === undefined ? undefined : await readCount(file);
}

async function findCounter(): Promise<string | undefined> {
  const groups = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  const unified = /^0::(.*)$/m.exec(groups)?.[1];
  const legacy = /^\d+:(?:.*,)?memory(?:,.*)?:(.*)$/m.exec(groups)?.[1];
  const files = [
    ...(legacy === undefined ? [] : [`/sys/fs/cgroup/memory${legacy}/memory.oom_control`]),
    ...(unified === undefined ? [] : [`/sys/fs/cgroup${unified}/memory.events`]),
    '/proc/vmstat',
  ];
  for (const file of files) if ((await readCount(file)) !== undefined) return file;
  return undefined;
}

async function readCount(file: string): Promise<number | undefined> {
  const count = /^oom_kill (\d+)$/m.exec(await readFile(file, 'utf8').catch(() => ''))?.[1];
  return count === undefined ? undefined : Number(count);
}
