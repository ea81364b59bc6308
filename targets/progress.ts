import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { StepReport } from '../workflows/messages.ts';
import { cleanLine } from './process/log.ts';

/** How much of a log is read at once, in bytes; what a step has written before that since the last time is skipped. */
const most = 64 * 1024;

const beginning = /^\s*progress:\s*/i;

/** Whether a line of a log says how far the step is: `progress: 420000/1000000 rows`. */
export const isProgressLine = (line: string): boolean => beginning.test(line);

/**
 * What a line of a log says: `progress:` and then a share (`3/10`, `42%` or `0.42`) or words, or a bar of Python's tqdm.
 * Without either it is a line like any other, and says nothing of how far the step is.
 *
 * @returns the words, and for a line of progress the fraction, undefined where it takes back an earlier one
 */
export function readLine(line: string): { detail: string; fraction?: number | undefined } {
  const bar = /^(?:[^|]*:)?\s*(\d{1,3})%\|/.exec(line);
  if (bar !== null) return { detail: line.trim(), fraction: share(Number(bar[1]), 100) };
  if (!isProgressLine(line)) return { detail: line.trim() };
  const detail = line.replace(beginning, '').trim();
  const ratio = new RegExp(String.raw`^${number}\s*/\s*${number}`).exec(detail);
  if (ratio !== null) return { detail, fraction: share(Number(ratio[1]), Number(ratio[2])) };
  // A share that says nothing else is told by the bar; what is behind it is the detail.
  const [whole = '', text, percent] =
    new RegExp(String.raw`^${number}(\s*%|(?=$|[\s,;]))[\s,;]*`).exec(detail) ?? [];
  const value = percent === '' ? Number(text) : Number(text) / 100;
  if (text === undefined || (percent === '' && value > 1)) return { detail, fraction: undefined };
  return { detail: detail.slice(whole.length), fraction: share(value, 1) };
}

const number = String.raw`(\d+(?:\.\d+)?|\.\d+)`;

const share = (done: number, total: number): number | undefined =>
  total > 0 ? Math.min(done / total, 1) : undefined;

/**
 * A way to ask what a step is doing, by its log: what it has written since the last time is read, at most 64 KB of it.
 * The last line is the detail; the fraction is the one said last. What the log has now is an earlier worker's.
 */
export function followProgress(file: string): () => StepReport {
  let position = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let report: StepReport = { detail: 'running' };
  return () => {
    const read = readNew(file, position);
    position = read.position;
    for (const line of read.lines.map(cleanLine)) {
      if (line.trim() === '') continue;
      const { detail, ...said } = readLine(line);
      const fraction = 'fraction' in said ? said.fraction : report.fraction;
      report = { detail: detail.slice(0, 200), ...(fraction === undefined ? {} : { fraction }) };
    }
    return report;
  };
}

/** The lines that have been ended since; a bar that is drawn over and over ends each with a carriage return. */
function readNew(file: string, position: number): { lines: string[]; position: number } {
  const none = { lines: [], position };
  let log: number;
  try {
    log = openSync(file, 'r');
  } catch {
    return none;
  }
  try {
    const { size } = fstatSync(log);
    const start = Math.max(position, size - most);
    if (size <= start) return none;
    const bytes = Buffer.allocUnsafe(size - start);
    const text = bytes.subarray(0, readSync(log, bytes, 0, bytes.length, start));
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    if (end === 0) return { lines: [], position: start };
    const lines = text.toString('utf8', 0, end).split(/[\r\n]+/);
    // The first may have lost its beginning.
    return { lines: start > position ? lines.slice(1) : lines, position: start + end };
  } catch {
    // A log that cannot be read at this moment does not keep the heart from beating.
    return none;
  } finally {
    closeSync(log);
  }
}
