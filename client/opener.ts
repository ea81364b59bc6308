import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { IO } from './io.ts';

/** How long the opener may take to say that it has failed, in milliseconds; it may also stay until the page is closed. */
const patience = 1000;

/** Opens a file with what the desktop has for it; returns why not, where it cannot. */
export async function openFile(path: string, { env }: Pick<IO, 'env'>): Promise<string | undefined> {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  if (opener === 'xdg-open' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no display';
  const child = spawn(opener, [path], { env, stdio: 'ignore', detached: true });
  child.unref();
  const waited = new AbortController();
  try {
    const ended = once(child, 'exit', { signal: waited.signal }).then(([code]) => code as number | null);
    const code = await Promise.race([ended, delay(patience, 0, { signal: waited.signal })]);
    return code === 0 ? undefined : `${opener} ended with exit code ${code}`;
  } catch {
    return `there is no ${opener}`;
  } finally {
    waited.abort();
  }
}
