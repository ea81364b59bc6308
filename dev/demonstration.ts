import { openBackend } from './backend.ts';
import { reportError } from './report.ts';

const say = (line: string): void => console.error(line);

/**
 * Brings up what is missing, starts a run and watches it, as `start --watch` does with the same arguments.
 *
 * @returns the exit code of `start --watch`
 */
export async function runDemo(args: string[], root: string): Promise<number> {
  try {
    const [backend, { startWorker }, { runClient }] = await Promise.all([
      openBackend(root, say),
      import('../worker/process.ts'),
      import('../client/program.ts'),
    ]);
    try {
      const worker = await startWorker({ ...process.env, TEMPORAL_AZUREML_BUILD_ID: '' }, root);
      try {
        return await runClient(['start', '--watch', ...args]);
      } finally {
        worker.stop();
        worker.stop();
        await worker.ended;
      }
    } finally {
      await backend.stop();
      say('The run is kept: npm run dev brings it back at the link above.');
    }
  } catch (error) {
    return reportError(error);
  }
}
