import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isFileError } from '../store/file.ts';
import type { Output } from './io.ts';

const bufferSize = 256 * 1024;

/**
 * Writes what a file has from a position on, in bounded memory; nothing where the file is gone.
 *
 * @returns the position after it
 */
export async function copyFrom(path: string, position: number, output: Output): Promise<number> {
  const file = await openLog(path);
  if (file === undefined) return position;
  try {
    const buffer = Buffer.allocUnsafe(bufferSize);
    for (let at = position; ;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return at;
      at += bytesRead;
      // The buffer is filled again only when its content has left.
      await new Promise<void>((resolve) => void output.write(buffer.subarray(0, bytesRead), () => resolve()));
    }
  } finally {
    await file.close();
  }
}

/** Where the last lines of a file begin; read from its end. */
export async function findTail(path: string, lines: number): Promise<number> {
  const file = await openLog(path);
  if (file === undefined) return 0;
  try {
    const { size } = await file.stat();
    if (lines === 0) return size;
    const buffer = Buffer.allocUnsafe(bufferSize);
    let left = lines;
    for (let end = size; end > 0; end = Math.max(0, end - buffer.length)) {
      const start = Math.max(0, end - buffer.length);
      const { bytesRead } = await file.read(buffer, 0, end - start, start);
      for (let at = bytesRead - 1; at >= 0; at--) {
        at = buffer.lastIndexOf(0x0a, at);
        if (at === -1) break;
        // The one at the end of the file begins no line.
        if (start + at < size - 1 && --left === 0) return start + at + 1;
      }
    }
    return 0;
  } finally {
    await file.close();
  }
}

const openLog = (path: string) =>
  open(path).catch((error: unknown) => {
    if (isFileError(error, 'ENOENT')) return undefined;
    throw error;
  });

/** A log that is being followed. */
export interface FollowedLog {
  stop(): Promise<void>;
  /** Writes what has come since, from where the log is now. */
  finish(path: string): Promise<void>;
}

/** Writes what is added to a file, from the moment there is one. */
export function followFile(find: () => Promise<string | undefined>, output: Output): FollowedLog {
  const stopped = new AbortController();
  let position = 0;
  const copy = async (path: string): Promise<void> => {
    position = await copyFrom(path, position, output);
  };
  const follow = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const path = await find();
      if (path !== undefined) await copy(path);
      await delay(100, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  const following = follow();
  return {
    async stop() {
      stopped.abort();
      await following;
    },
    finish: copy,
  };
}
