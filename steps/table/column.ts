import { dataFailure } from '../program/failure.ts';
import type { Block } from './block.ts';
import { openTable, type Table } from './table.ts';

/** The numbers of some columns, all rows at once: eight bytes each. */
export async function readWhole(table: Table, columns: readonly string[]): Promise<Block> {
  let values = new Float64Array(1024);
  let filled = 0;
  for await (const block of table.blocks(columns)) {
    const needed = filled + block.values.length;
    if (needed > values.length) {
      const larger = new Float64Array(2 * needed);
      larger.set(values.subarray(0, filled));
      values = larger;
    }
    values.set(block.values, filled);
    filled = needed;
  }
  if (filled === 0) {
    throw dataFailure(`${table.path} has column names but no rows`, 'give a file with at least one row');
  }
  return { rows: filled / columns.length, width: columns.length, values: values.subarray(0, filled) };
}

/** Reads a CSV file of one column whole. */
export async function readColumn(path: string): Promise<{ name: string; values: Float64Array }> {
  const table = await openTable(path);
  const [name] = table.header;
  if (name === undefined || table.header.length > 1) {
    throw dataFailure(
      `${path} has ${table.header.length} columns instead of one`,
      'give the data_y of prep_data',
    );
  }
  const { values } = await readWhole(table, [name]);
  return { name, values };
}
