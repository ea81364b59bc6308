import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Process } from './table.ts';

/** One option each: after `pid=`, what follows in the same argument would be taken for the column's heading. */
export const columns = ['pid=', 'ppid=', 'pgid=', 'state=', 'lstart=', 'command='].flatMap((name) => [
  '-o',
  name,
]);

/**
 * Every process that is alive, as ps tells it. -E adds the environment to the command, except of programs the system
 * protects (those in /bin and /usr/bin): a process of a step that is one of them is found by its group or its parents.
 */
export async function listProcesses(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('/bin/ps', ['-A', '-E', '-ww', ...columns], {
    env: { LC_ALL: 'C' },
    maxBuffer: 2 ** 28,
  });
  return readTable(stdout);
}

/** When a process began: not known without a reading of the whole table. */
export function startOf(): undefined {
  return undefined;
}

/** The processes in the output of ps with the columns above. */
export function readTable(text: string): Process[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, group, state = '', began = '', command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\d{4})\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || state.startsWith('Z')) return [];
    // The last one counts: the environment stands behind the arguments.
    const token = command.split(' TEMPORAL_AZUREML_ATTEMPT=').slice(1).pop()?.split(' ')[0];
    const own = { pid: Number(pid), parent: Number(parent), group: Number(group), family: Number(group) };
    return [{ ...own, start: Date.parse(began), token }];
  });
}
