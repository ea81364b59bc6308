import { invocation } from '../errors/invocation.ts';
import { startWorker } from '../worker/process.ts';
import { openBackend } from './backend.ts';
import { reportError } from './report.ts';

const say = (line: string): void => console.error(line);

/** Runs a server and a worker until Ctrl-C; returns the exit code. */
export async function runDevelopment(root: string): Promise<number> {
  try {
    const backend = await openBackend(root, say);
    try {
      const worker = await startWorker({ ...process.env, TEMPORAL_AZUREML_BUILD_ID: '' }, root);
      process.on('SIGINT', worker.stop).on('SIGTERM', worker.stop);
      say(`Temporal  ${process.env['TEMPORAL_ADDRESS']}`);
      if (process.env['TEMPORAL_UI_URL']) say(`Web UI    ${process.env['TEMPORAL_UI_URL']}`);
      say(`Now, in another terminal: ${invocation} start --watch`);
      say('Ctrl-C stops the server and the worker; runs go on when they are started again.');
      const serverEnded = await Promise.race([worker.ended, backend.ended]);
      if (serverEnded === undefined) return 0;
      say(`The server has ended:\n${serverEnded}`);
      worker.stop();
      worker.stop();
      return 1;
    } finally {
      await backend.stop();
    }
  } catch (error) {
    return reportError(error);
  }
}
