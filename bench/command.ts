import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a command went: what it printed, and how long it took from its start to its exit. */
export interface Outcome {
  stdout: string;
  stderr: string;
  milliseconds: number;
}

/** Runs a command to its end. Rejects, with what it said, when it ends with another exit code than 0. */
export async function runCommand(
  command: string,
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  const began = performance.now();
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}: ${stderr}${stdout}`);
  return { stdout, stderr, milliseconds: performance.now() - began };
}
