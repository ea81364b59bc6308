import type { IO } from '../../client/io.ts';

/** An IO that remembers what is written; the clock stands at 2026-11-23 08:34. */
export function fakeIO(change: Partial<IO> = {}): IO & { out: () => string; err: () => string } {
  let [out, err] = ['', ''];
  return {
    stdout: { write: (text, done) => (out += read(text, done)) },
    stderr: { write: (text, done) => (err += read(text, done)) },
    isTTY: false,
    columns: 80,
    now: () => new Date('2026-11-23T08:34:00.000Z'),
    env: {},
    cwd: '/project',
    onInterrupt: () => () => undefined,
    ...change,
    out: () => out,
    err: () => err,
  };
}

function read(text: string | Uint8Array, done?: () => void): string {
  done?.();
  return typeof text === 'string' ? text : Buffer.from(text).toString();
}
