import { open } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { codeOf } from './fault.ts';

/** Where a line is cut, in characters. */
const longest = 500;

/**
 * The last lines of a log as a person would see them: without colours and control characters, of a progress bar its
 * last state, long lines cut. Reads at most maxBytes from the end, whatever the log's size; no log is no lines.
 */
export async function lastLines(file: string, count: number, maxBytes = 65_536): Promise<string[]> {
  const { bytes, whole } = await readEnd(file, maxBytes);
  const lines = bytes.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  // The first may have lost its beginning; it is kept only where it is all there is.
  if (!whole && lines.length > 1) lines.shift();
  return count > 0 ? lines.slice(-count).map(cleanLine) : [];
}

async function readEnd(file: string, maxBytes: number): Promise<{ bytes: Buffer; whole: boolean }> {
  const log = await open(file, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (log === undefined) return { bytes: Buffer.alloc(0), whole: true };
  try {
    const { size } = await log.stat();
    const start = Math.max(0, size - maxBytes);
    const { buffer, bytesRead } = await log.read(Buffer.alloc(size - start), 0, size - start, start);
    return { bytes: buffer.subarray(characterStart(buffer, start), bytesRead), whole: start === 0 };
  } finally {
    await log.close();
  }
}

/** Where the first whole UTF-8 character begins in what was read from the middle of a file. */
function characterStart(buffer: Buffer, start: number): number {
  if (start === 0) return 0;
  const first = buffer.subarray(0, 4).findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000);
  return Math.max(first, 0);
}

/** A line as a person would see it: without colours and control characters, of a progress bar its last state, cut. */
export function cleanLine(line: string): string {
  const plain = stripVTControlCharacters(line);
  const shown = plain.split('\r').findLast((part) => part.trim() !== '') ?? '';
  // Control characters but the tab, which would move the cursor of whoever prints this, or its direction of writing.
  const safe = shown.replace(/(?!\t)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '').trimEnd();
  const characters = Array.from(safe);
  return characters.length <= longest ? safe : `${characters.slice(0, longest - 1).join('')}…`;
}
