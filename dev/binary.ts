import { execFile } from 'node:child_process';
import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import lockfile from 'proper-lockfile';
import { PipelineError } from '../errors/error.ts';
import { buildBinary } from './build.ts';
import { downloadBinary } from './download.ts';

/** The Temporal CLI that is downloaded or built; dev/temporal-cli/go.mod pins the same. */
export const cliVersion = '1.8.2';

/** The oldest server that knows worker versioning as it is used here. */
const oldestServer = [1, 29, 1] as const;

/** A `temporal` program to start a development server with. */
export interface TemporalBinary {
  path: string;
  from: 'PATH' | 'cache' | 'download' | 'build';
  /** Whether it knows --ui-disable-news-fetch. */
  newsFlag: boolean;
}

/** Where to look, and whom to tell. */
export interface BinaryOptions {
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
  /** Milliseconds a download may stand still. */
  patience?: number;
}

/** Finds a usable `temporal`: on PATH, in the cache, by download, by a Go build; the last two happen once a machine. */
export async function findTemporalBinary({ env, log, patience }: BinaryOptions): Promise<TemporalBinary> {
  const tried: string[] = [];
  const take = (binary: TemporalBinary): TemporalBinary => {
    log(`Temporal CLI: ${binary.path} (${binary.from})`);
    return binary;
  };
  const onPath = await findOnPath(env, { tried, log });
  if (onPath !== undefined) return take(onPath);
  const folder = cacheFolder(env);
  const cached = { path: join(folder, 'temporal'), from: 'cache', newsFlag: true } as const;
  if (await isExecutable(cached.path)) return take(cached);
  tried.push(`cache: there is no ${cached.path}`);

  await mkdir(folder, { recursive: true });
  const release = await waitForTurn(folder, log);
  try {
    if (await isExecutable(cached.path)) return take(cached);
    const options = { version: cliVersion, env, log, ...(patience === undefined ? {} : { patience }) };
    for (const [from, get] of [
      ['download', downloadBinary],
      ['build', buildBinary],
    ] as const) {
      try {
        await install(cached.path, (partial) => get(partial, options));
        return take({ ...cached, from });
      } catch (error) {
        const reason = `${from}: ${error instanceof Error ? error.message : String(error)}`;
        tried.push(reason);
        log(reason);
      }
    }
  } finally {
    await release();
  }
  throw new PipelineError(
    'TEMPORAL_BINARY_MISSING',
    `no Temporal server can be started here\n  ${tried.join('\n  ')}`,
    {
      hint:
        'Install the Temporal CLI (https://docs.temporal.io/cli/setup-cli; on macOS: brew install temporal) ' +
        'or Go 1.26.4 or newer, or set TEMPORAL_ADDRESS to a server that is running.',
    },
  );
}

/** Where a binary is kept: outside the project, so that the next checkout finds it. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const home = env['HOME'] ?? homedir();
  const caches =
    env['XDG_CACHE_HOME'] ||
    (process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache'));
  return join(caches, 'temporal-azureml', `temporal-cli-${cliVersion}`);
}

async function findOnPath(
  env: NodeJS.ProcessEnv,
  { tried, log }: { tried: string[]; log: (line: string) => void },
): Promise<TemporalBinary | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, 'temporal');
    if (!(await isExecutable(path))) continue;
    // The shell would take the first one too: a second `temporal` behind an unusable one is nobody's wish.
    const [version, help] = await Promise.all([
      ask(path, ['--version'], env),
      ask(path, ['server', 'start-dev', '--help'], env),
    ]);
    const server = /Server (\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
    if (server !== undefined && !isOlder(server)) {
      return { path, from: 'PATH', newsFlag: help.includes('--ui-disable-news-fetch') };
    }
    const found = version.trim().split('\n').at(-1) || 'no version';
    const reason = `PATH: ${path} is not usable, it answers "${found}" and Server ${oldestServer.join('.')} or newer is needed`;
    tried.push(reason);
    log(reason);
    return undefined;
  }
  tried.push('PATH: there is no temporal');
  return undefined;
}

function isOlder(server: number[]): boolean {
  for (const [place, least] of oldestServer.entries()) {
    const part = server[place] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

/** What the program prints, or what it fails with. */
async function ask(path: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  try {
    return (await promisify(execFile)(path, args, { env, timeout: 5000 })).stdout;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** One process downloads or builds; others wait for it and find its binary in the cache. */
async function waitForTurn(folder: string, log: (line: string) => void): Promise<() => Promise<void>> {
  try {
    return await lockfile.lock(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
  }
  log(`waiting for another process that is getting the Temporal CLI ${cliVersion}`);
  return lockfile.lock(folder, { retries: { forever: true, minTimeout: 200, maxTimeout: 500 } });
}

/** Nobody sees a half-written binary: it gets its name when it is whole. */
async function install(path: string, get: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${path}.partial`;
  await rm(partial, { force: true });
  await get(partial);
  await rename(partial, path);
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
