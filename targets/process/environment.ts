import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Command } from '../target.ts';

/**
 * What the worker may hold to reach Temporal, Azure and its store, and a step has no business with. A step that needs
 * one of these is given it by name, in its component.
 */
const credentials = new Set([
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_CLIENT_SECRET',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_PASSWORD',
  'AZURE_STORAGE_ACCESS_KEY',
  'AZURE_STORAGE_CONNECTION_STRING',
  'AZURE_STORAGE_KEY',
  'AZURE_STORAGE_SAS_TOKEN',
  'IDENTITY_HEADER',
  'MSI_SECRET',
]);

/** Of Temporal and of this project (addresses, keys, certificates), and of the npm script that started the worker. */
const ofTheWorker = /^(TEMPORAL_|npm_)/;

/**
 * The environment of a step: the user's own, as a script run by hand would have it (virtual environment, proxies,
 * CUDA, keys of other services), less the worker's credentials; then what the command names; then the token.
 */
export function stepEnvironment(inherited: NodeJS.ProcessEnv, command: Command): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(
    ([name]) => !credentials.has(name) && !ofTheWorker.test(name),
  );
  return {
    // Python holds back what it prints into a file: without this the log lags, and stderr overtakes stdout.
    PYTHONUNBUFFERED: '1',
    // Steps in Node start sooner when their code was compiled before.
    NODE_COMPILE_CACHE: join(cacheFolder(inherited), 'temporal-azureml', 'node-compile-cache'),
    ...Object.fromEntries(kept),
    PATH: pathWithNode(inherited['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'),
    ...command.env,
    TEMPORAL_AZUREML_ATTEMPT: command.token,
  };
}

/** A PATH on which `node` is the one that runs the worker, changed only where it is not so already. */
function pathWithNode(path: string): string {
  // What is put first hides more than node: a virtual environment's python, where node lives in /usr/bin.
  const first = path
    .split(delimiter)
    .map((folder) => real(join(folder, 'node')))
    .find((file) => file !== undefined);
  return first === real(process.execPath) ? path : dirname(process.execPath) + delimiter + path;
}

function real(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

function cacheFolder(environment: NodeJS.ProcessEnv): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
}
