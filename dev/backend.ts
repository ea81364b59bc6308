import { join } from 'node:path';
import { environmentFor, isConnectionSetting } from './environment.ts';
import { findServer } from './record.ts';
import { startServer } from './server.ts';

/** The Temporal server a development command uses, its own or one that was up. */
export interface Backend {
  /** Resolves when a server of our own has ended; never for one that was up. */
  ended: Promise<string>;
  stop: () => Promise<void>;
}

const never = new Promise<never>(() => undefined);

/**
 * Finds the Temporal server to use and points this process at it: the one the environment names, the one that serves
 * the project's database file, or a new one on that file.
 */
export async function openBackend(root: string, log: (line: string) => void): Promise<Backend> {
  if (process.env['TEMPORAL_ADDRESS'] || process.env['TEMPORAL_PROFILE'])
    return { ended: never, stop: async () => undefined };
  const databaseFile = join(root, '.temporal-azureml', 'dev.db');
  const running = await findServer(databaseFile);
  if (running !== undefined) {
    log(`Temporal is up at ${running.address}`);
    pointAt(running);
    return { ended: never, stop: async () => undefined };
  }
  const server = await startServer({ databaseFile, port: 7233, uiPort: 8233, log });
  pointAt(server);
  return { ended: server.ended, stop: () => server.stop({ now: true }) };
}

function pointAt(server: { address: string; uiUrl: string | undefined }): void {
  for (const name of Object.keys(process.env)) if (isConnectionSetting(name)) delete process.env[name];
  Object.assign(process.env, environmentFor(server, process.env));
}
