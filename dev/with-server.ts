// `node dev/with-server.ts <command> [args…]` runs a command with a Temporal server: the one TEMPORAL_ADDRESS names, or one in
// memory that ends with the command. The command's exit code is passed on, and so are the signals this process gets.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { delimiter, resolve } from 'node:path';
import { exitCodes, PipelineError } from '../errors/error.ts';
import { environmentFor } from './environment.ts';
import { startServer, type DevServer } from './server.ts';

const passedOn: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const localBins = resolve(import.meta.dirname, '..', 'node_modules', '.bin');

let command: ChildProcess | undefined;
let early: NodeJS.Signals | undefined;
for (const signal of passedOn) {
  process.on(signal, () => {
    // A terminal's Ctrl-C reaches the command by itself; a second one would mean "at once" to it.
    if (command === undefined) early = signal;
    else if (signal !== 'SIGINT' || !process.stdin.isTTY) command.kill(signal);
  });
}

try {
  process.exitCode = await runWithServer(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof PipelineError)) throw error;
  console.error(error.hint === undefined ? error.message : `${error.message}\n${error.hint}`);
  process.exitCode = exitCodes[error.code];
}

async function runWithServer([name, ...args]: string[]): Promise<number> {
  if (name === undefined) {
    throw new PipelineError('USAGE', 'no command given', {
      hint: 'node dev/with-server.ts <command> [args…]',
    });
  }
  const server = process.env['TEMPORAL_ADDRESS']
    ? undefined
    : await startServer({ log: (line) => console.error(line) });
  try {
    if (early !== undefined) return 128 + constants.signals[early];
    return await runCommand(name, args, server);
  } finally {
    await server?.stop();
  }
}

async function runCommand(name: string, args: string[], server: DevServer | undefined): Promise<number> {
  const env = server === undefined ? process.env : environmentFor(server, process.env);
  const path = [localBins, env['PATH'] ?? ''].join(delimiter);
  command = spawn(name, args, { stdio: 'inherit', env: { ...env, PATH: path } });
  try {
    const [code, signal] = (await once(command, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 127 : 126;
  }
}
