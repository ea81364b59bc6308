import { dataFailure } from '../program/failure.ts';
import type { Block } from './block.ts';
import { readRecords, type Reading, type RecordBatch } from './records.ts';

const space = 0x20;
const zero = 0x30;
const radixLetters = new Set(['x', 'X', 'o', 'O', 'b', 'B'].map((letter) => letter.charCodeAt(0)));

/** A CSV file opened at its first line of data. */
export interface Table {
  readonly path: string;
  readonly header: readonly string[];
  /** How much of the file has been read. */
  readonly reading: Readonly<Reading>;
  /** The numbers of the named columns, in that order; can be read once. */
  blocks(columns: readonly string[]): AsyncGenerator<Block>;
}

/** Opens a CSV file whose first line names the columns. */
export async function openTable(path: string): Promise<Table> {
  const reading = { bytes: 0, size: 0 };
  const batches = readRecords(path, reading);
  const first = await batches.next();
  const header = first.done === true ? undefined : first.value.records[0]?.map((name) => name.trim());
  if (first.done === true || header === undefined || header.join('') === '') {
    throw dataFailure(`${path} is empty`, 'give a CSV file: a line of column names, then lines of numbers');
  }
  if (header.some((name) => name.includes('\0'))) {
    throw dataFailure(`${path} is not a CSV text file (line 1 has binary data)`, 'export it as CSV in UTF-8');
  }
  if (header.every((name) => name !== '' && Number.isFinite(Number(name)))) {
    throw dataFailure(
      `${path} line 1 has numbers where the column names should be (${shorten(header.join(','))})`,
      'put a first line with the name of each column into the file',
    );
  }
  const { value } = first;
  value.records.shift();
  const rest: RecordBatch = { records: value.records, lineOf: (index) => value.lineOf(index + 1) };
  return { path, header, reading, blocks: (columns) => readNumbers(path, header, columns, rest, batches) };
}

async function* readNumbers(
  path: string,
  header: readonly string[],
  columns: readonly string[],
  first: RecordBatch,
  others: AsyncGenerator<RecordBatch>,
): AsyncGenerator<Block> {
  const places = columns.map((name) => header.indexOf(name));
  let blankLine: number | undefined;
  for (let batch: RecordBatch | undefined = first; batch !== undefined; batch = await nextOf(others)) {
    let rows = 0;
    const values = new Float64Array(batch.records.length * places.length);
    for (const [index, record] of batch.records.entries()) {
      if (record.length === 1 && record[0] === '') {
        // Empty lines may only end the file; one between two rows may be a lost row.
        blankLine ??= batch.lineOf(index);
        continue;
      }
      if (blankLine !== undefined) {
        throw dataFailure(`${path} line ${blankLine} is empty`, 'remove the line or fill it');
      }
      if (record.length !== header.length) {
        throw dataFailure(
          `${path} line ${batch.lineOf(index)} has ${count(record.length, 'cell')}, the first line names ${count(header.length, 'column')}` +
            (record.length < header.length ? ` (column ${header[record.length]} is missing)` : ''),
          'correct or remove the line',
        );
      }
      for (const [at, place] of places.entries()) {
        const cell = record[place]!;
        const value = Number(cell);
        if (!isNumeral(cell, value)) throw cellFailure(path, batch.lineOf(index), columns[at]!, cell);
        values[rows * places.length + at] = value;
      }
      rows++;
    }
    yield { rows, width: places.length, values: values.subarray(0, rows * places.length) };
  }
}

async function nextOf(batches: AsyncGenerator<RecordBatch>): Promise<RecordBatch | undefined> {
  const next = await batches.next();
  return next.done === true ? undefined : next.value;
}

// Number() takes empty text for 0 and reads 0x10, 0b1 and 0o7, which no CSV file means.
function isNumeral(cell: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  const first = cell.charCodeAt(0);
  if (first <= space) return isNumeral(cell.trim(), value);
  return cell !== '' && !(first === zero && radixLetters.has(cell.charCodeAt(1)));
}

function cellFailure(path: string, line: number, column: string, cell: string): Error {
  const what =
    cell.trim() === ''
      ? 'is empty'
      : `is not a ${/^\s*[+-]?(nan|inf|[\d.]+e)/i.test(cell) ? 'finite ' : ''}number (${shorten(cell)})`;
  return dataFailure(`${path} line ${line}, column ${column} ${what}`, 'correct the cell or remove the line');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
