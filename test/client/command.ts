import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What a command has written and how it ended. */
export interface Ended {
  code: number | NodeJS.Signals;
  stdout: string;
  stderr: string;
}

const root = join(import.meta.dirname, '..', '..');

/** The client as a process, with nothing of the caller's Temporal settings but what is given. */
export const startClient = (args: string[], env: NodeJS.ProcessEnv): Started =>
  startCommand([process.execPath, join(root, 'client', 'main.ts'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...env },
  });

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** Starts a command and keeps what it writes. */
export function startCommand(
  [command, ...args]: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Started {
  const child = spawn(command!, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text.stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text.stderr += part));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: (signal ?? code) as number | NodeJS.Signals,
    ...text,
  }));
  return { child, ended };
}

/** Runs the client to its end. */
export const runClient = (args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  startClient(args, env).ended;

/** The environment of a client whose store and registry are in a folder, on the server of the test run. */
export const environmentIn = (folder: string): NodeJS.ProcessEnv => ({
  TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
  TEMPORAL_CONFIG_FILE: process.env['TEMPORAL_CONFIG_FILE'],
  TEMPORAL_UI_URL: 'http://ui',
  TEMPORAL_AZUREML_STORE: join(folder, 'store'),
  TEMPORAL_AZUREML_REGISTRY: join(folder, 'registry'),
  INIT_CWD: folder,
});
