import { readFile, rm, writeFile } from 'node:fs/promises';
import { isServing } from './probe.ts';

/** A development server that runs. */
export interface RunningServer {
  /** `127.0.0.1:port`, as TEMPORAL_ADDRESS wants it. */
  address: string;
  /** Where its Web UI is, if it has one. */
  uiUrl: string | undefined;
  pid: number;
}

/** The server that serves this database file now, whoever started it. */
export async function findServer(databaseFile: string): Promise<RunningServer | undefined> {
  const server = await readRecord(databaseFile);
  if (server === undefined || !isAlive(server.pid)) return undefined;
  return (await isServing(server.address)) ? server : undefined;
}

/** Notes beside the database file who serves it. */
export async function writeRecord(
  databaseFile: string,
  { address, uiUrl, pid }: RunningServer,
): Promise<void> {
  await writeFile(recordPath(databaseFile), `${JSON.stringify({ address, uiUrl, pid })}\n`);
}

/** Removes that note, unless it is another server's by now. */
export async function removeRecord(databaseFile: string, pid: number): Promise<void> {
  if ((await readRecord(databaseFile))?.pid === pid) await rm(recordPath(databaseFile), { force: true });
}

async function readRecord(databaseFile: string): Promise<RunningServer | undefined> {
  try {
    const record = JSON.parse(await readFile(recordPath(databaseFile), 'utf8')) as RunningServer;
    return { address: record.address, uiUrl: record.uiUrl, pid: record.pid };
  } catch {
    // None, or half of one from a process that was killed: nobody is known to serve it.
    return undefined;
  }
}

function recordPath(databaseFile: string): string {
  return `${databaseFile}.server.json`;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
