import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A log that is being followed. */
export interface FollowedLog {
  stop(): Promise<void>;
  /** Writes what has come since, from where the log is now. */
  finish(path: string): Promise<void>;
}

/** Writes what is added to a file, from the moment there is one. */
export function followFile(
  find: () => Promise<string | undefined>,
  write: (text: string) => unknown,
): FollowedLog {
  const stopped = new AbortController();
  const decoder = new TextDecoder();
  let position = 0;
  const copy = async (path: string): Promise<void> => {
    const file = await open(path).catch(() => undefined);
    if (file === undefined) return;
    try {
      const buffer = Buffer.alloc(64 * 1024);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        write(decoder.decode(buffer.subarray(0, bytesRead), { stream: true }));
      }
    } finally {
      await file.close();
    }
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
