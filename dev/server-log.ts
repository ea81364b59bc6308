import { mkdir, mkdtemp, open, rm, stat, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const keptBytes = 1_000_000;

/** A file a server writes to, since a pipe nobody reads would stop it. */
export interface ServerLog {
  path: string;
  handle: FileHandle;
  /** The last lines of what this server has written. */
  tail(): Promise<string>;
  close(): Promise<void>;
}

/** Opens the log beside the database file; without one, a temporary file that goes when it is closed. */
export async function openServerLog(databaseFile: string | undefined): Promise<ServerLog> {
  const temporary =
    databaseFile === undefined ? await mkdtemp(join(tmpdir(), 'temporal-azureml-')) : undefined;
  const path = temporary === undefined ? `${resolve(databaseFile!)}.log` : join(temporary, 'server.log');
  await mkdir(dirname(path), { recursive: true });
  const before = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  // Earlier servers' last words are kept while they are short.
  const start = before > keptBytes ? 0 : before;
  const handle = await open(path, start === 0 ? 'w+' : 'a+');
  return {
    path,
    handle,
    tail: async () => {
      const { size } = await handle.stat();
      const from = Math.max(start, size - 4000);
      const { buffer, bytesRead } = await handle.read(
        Buffer.alloc(Math.max(size - from, 1)),
        0,
        size - from,
        from,
      );
      return buffer.toString('utf8', 0, bytesRead).split('\n').filter(Boolean).slice(-5).join('\n');
    },
    close: async () => {
      await handle.close();
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    },
  };
}
