import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { PipelineError } from '../errors/error.ts';
import { findTemporalBinary, type TemporalBinary } from './binary.ts';
import { isConnectionSetting } from './environment.ts';
import { renderServerFlags } from './flags.ts';
import { findFreePort, isFree, isServing } from './probe.ts';
import { findServer, removeRecord, writeRecord, type RunningServer } from './record.ts';
import { openServerLog, type ServerLog } from './server-log.ts';

// The server lives and dies with us. It has a process group of its own, so a terminal's Ctrl-C does not reach it before the
// worker has drained; and a watcher in that group holds the other end of a pipe we keep open: when the pipe ends without
// a line (we were killed), the watcher kills the server. $$ cannot be another process by then: the watcher's group holds it.
const keepAlive = '{ read -r _ <&3 || kill -KILL $$; } & exec "$@" 3<&-';

const startLimit = 30_000;
const stopLimit = 5_000;

/** How a development server is to be started. */
export interface ServerOptions {
  log: (line: string) => void;
  env?: NodeJS.ProcessEnv;
  /** Kept in memory without one. */
  databaseFile?: string;
  /** 0 or nothing: any free one. */
  port?: number;
  /** 0 or nothing: 1000 above a port that was given, else any free one. */
  uiPort?: number;
  /** No Web UI. */
  headless?: boolean;
  /** What to start; found by findTemporalBinary when not given. */
  binary?: TemporalBinary;
}

/** A development server this process started. */
export interface DevServer extends RunningServer {
  /** Resolves, with its last lines, when the server has ended, by stop() or by itself. */
  ended: Promise<string>;
  /** Ends the server. A server with a database file drains for 1.3 s first, unless it is to end `now`, which is as safe. */
  stop(options?: { now?: boolean }): Promise<void>;
}

/** Starts a server and resolves when it serves. Rejects with PORT_IN_USE, DATABASE_IN_USE or SERVER_FAILED. */
export async function startServer(options: ServerOptions): Promise<DevServer> {
  const binary =
    options.binary ?? (await findTemporalBinary({ env: options.env ?? process.env, log: options.log }));
  if (options.databaseFile === undefined) return startOnPorts(binary, options);
  const release = await claim(options.databaseFile);
  try {
    return await startOnPorts(binary, options);
  } finally {
    await release();
  }
}

/** Keeps a second start out until the first has left its record; two servers must not share a database file. */
async function claim(databaseFile: string): Promise<() => Promise<void>> {
  await mkdir(dirname(databaseFile), { recursive: true });
  const retries = { retries: 600, factor: 1, minTimeout: 50, maxTimeout: 50 };
  const release = await lockfile.lock(databaseFile, { realpath: false, stale: 2000, retries });
  const running = await findServer(databaseFile);
  if (running === undefined) return release;
  await release();
  throw new PipelineError(
    'DATABASE_IN_USE',
    `${databaseFile} is served at ${running.address} by process ${running.pid}`,
    {
      hint: `Use that server (TEMPORAL_ADDRESS=${running.address}) or stop it: kill ${running.pid}`,
    },
  );
}

async function startOnPorts(binary: TemporalBinary, options: ServerOptions): Promise<DevServer> {
  // A port that was free can be gone a moment later: only one that was asked for by number is worth an error.
  for (let attempt = 1; ; attempt++) {
    const port = options.port || (await findFreePort());
    const uiPort = options.headless
      ? undefined
      : options.uiPort || (options.port ? options.port + 1000 : await findFreePort());
    const asked = [options.port, options.uiPort || (options.port && uiPort)];
    try {
      for (const taken of [port, uiPort]) if (taken !== undefined) await assertFree(taken);
      return await launch(binary, port, uiPort, options);
    } catch (error) {
      const lost = error instanceof PipelineError && error.code === 'PORT_IN_USE';
      if (!lost || asked.some(Boolean) || attempt === 3) throw error;
    }
  }
}

async function assertFree(port: number): Promise<void> {
  if (await isFree(port)) return;
  const address = `127.0.0.1:${port}`;
  if (await isServing(address)) {
    throw new PipelineError('PORT_IN_USE', `port ${port} is taken by a Temporal server`, {
      hint: `Use that server (TEMPORAL_ADDRESS=${address}) or give another port.`,
    });
  }
  throw new PipelineError('PORT_IN_USE', `port ${port} is taken by another program`, {
    hint: `Stop that program (lsof -i :${port} names it) or give another port.`,
  });
}

async function launch(
  binary: TemporalBinary,
  port: number,
  uiPort: number | undefined,
  { databaseFile, env = process.env }: ServerOptions,
): Promise<DevServer> {
  const serverLog = await openServerLog(databaseFile);
  const flags = renderServerFlags({ port, uiPort, databaseFile, newsFlag: binary.newsFlag });
  const child = spawn('/bin/sh', ['-c', keepAlive, 'temporal', binary.path, ...flags], {
    detached: true,
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !isConnectionSetting(name))),
    stdio: ['ignore', serverLog.handle.fd, serverLog.handle.fd, 'pipe'],
  });
  const ended = watchEnd(child, serverLog, databaseFile);
  const address = `127.0.0.1:${port}`;
  const failure = await waitUntilServing(child, address);
  if (failure !== undefined) {
    child.kill('SIGKILL');
    const lastLines = await ended;
    for (const taken of [port, uiPort]) if (taken !== undefined) await assertFree(taken);
    // The server chooses ports for its parts as it starts, and may choose one of those it was given.
    const lost = lastLines.includes('address already in use');
    throw new PipelineError(
      lost ? 'PORT_IN_USE' : 'SERVER_FAILED',
      `the Temporal server (${binary.path}) ${failure}\n${lastLines}`.trim(),
      {
        hint: 'Its last lines say why; a database file of another version can be moved away.',
      },
    );
  }
  const server = {
    address,
    uiUrl: uiPort === undefined ? undefined : `http://localhost:${uiPort}`,
    pid: child.pid!,
  };
  if (databaseFile !== undefined) await writeRecord(databaseFile, server);
  // Whoever forgets stop() still ends, and the server with them.
  child.unref();
  return { ...server, ended, stop: (how) => stop(child, ended, how?.now ?? databaseFile === undefined) };
}

/** Polls until the server answers; yields what went wrong if it will not. */
async function waitUntilServing(child: ChildProcess, address: string): Promise<string | undefined> {
  const failed = once(child, 'error').then(([error]) => error as Error);
  const startedAt = performance.now();
  while (performance.now() - startedAt < startLimit) {
    if (child.exitCode !== null) return `ended with code ${child.exitCode} before it served`;
    if (child.signalCode !== null) return `ended by ${child.signalCode} before it served`;
    if (child.pid === undefined) return `could not be started: ${(await failed).message}`;
    if (await isServing(address)) return undefined;
    await delay(10);
  }
  return `did not serve at ${address} within ${startLimit / 1000} s`;
}

async function watchEnd(
  child: ChildProcess,
  serverLog: ServerLog,
  databaseFile: string | undefined,
): Promise<string> {
  const pipe = child.stdio[3] as Writable;
  pipe.on('error', () => {}); // The watcher may have gone first.
  (pipe as Writable & { unref?: () => void }).unref?.();
  await new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  pipe.end('\n');
  if (databaseFile !== undefined && child.pid !== undefined) await removeRecord(databaseFile, child.pid);
  const lastLines = await serverLog.tail();
  await serverLog.close();
  return lastLines;
}

// Draining takes the server 1.3 s (a second of it is fixed in its code) and ends with the same files as SIGKILL does: what it
// has acknowledged is in the write-ahead log. So it is worth waiting for only as good manners, and for a database file.
async function stop(child: ChildProcess, ended: Promise<string>, now: boolean): Promise<void> {
  child.ref();
  child.kill(now ? 'SIGKILL' : 'SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), stopLimit);
  await ended;
  clearTimeout(late);
}
