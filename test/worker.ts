import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A worker in a process of its own, as `npm run worker` starts it. */
export interface WorkerProcess {
  pid: number;
  /** What it has said so far. */
  said(): string;
  signal(name: NodeJS.Signals): void;
  /** How it ended: its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

const main = join(import.meta.dirname, '..', 'worker', 'main.ts');

/**
 * Starts a worker; resolves when it serves its queues.
 *
 * @param root its working folder, the project's
 * @param wrapper a command line in front of the worker's, which has to become the worker (`exec`)
 */
export async function startWorkerProcess(
  root: string,
  env: NodeJS.ProcessEnv,
  wrapper?: readonly [string, ...string[]],
): Promise<WorkerProcess> {
  const [command, ...args] = wrapper === undefined ? [process.execPath] : [...wrapper, process.execPath];
  const child = spawn(command, [...args, main], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals);
  let text = '';
  const ready = new Promise<void>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.includes('worker ready')) resolve();
    });
  });
  const tooEarly = ended.then((how) => {
    throw new Error(`the worker ended before it was ready (${how}):\n${text}`);
  });
  await Promise.race([ready, tooEarly]);
  tooEarly.catch(() => undefined);
  return {
    pid: child.pid!,
    said: () => text,
    signal: (name) => void child.kill(name),
    ended,
  };
}

/** A worker of the calling suite, started in a folder before it and stopped after it. */
export function useWorker(root: string, env: () => NodeJS.ProcessEnv): void {
  let worker: WorkerProcess;
  before(async () => {
    worker = await startWorkerProcess(root, { ...process.env, ...env() });
  });
  after(async () => {
    worker.signal('SIGTERM');
    await worker.ended;
  });
}
