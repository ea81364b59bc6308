import type { IO } from './io.ts';

/** A column: its title, and how a row's cell reads for a person and for a program. */
export interface Column<Row> {
  title: string;
  cell: (row: Row) => string;
  /** For pipes, where it differs: ISO times, nothing shortened. */
  raw?: (row: Row) => string;
}

/** Rows as a table: aligned with titles on a terminal, tab-separated without them in a pipe. */
export function renderTable<Row>(
  columns: Column<Row>[],
  rows: Row[],
  { isTTY }: Pick<IO, 'isTTY'>,
): string[] {
  if (!isTTY)
    return rows.map((row) =>
      columns.map(({ cell, raw = cell }) => raw(row).replaceAll(/[\t\n]/g, ' ')).join('\t'),
    );
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  return lines.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index]!))
      .join('  ')
      .trimEnd(),
  );
}

/** A time as a person says it: `just now`, `5 minutes ago`. */
export function describeAge(time: string, now: Date): string {
  const seconds = (now.getTime() - Date.parse(time)) / 1000;
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  for (const [unit, size] of units) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  }
  return 'just now';
}

/** Bytes as a person reads them: `512 B`, `1.5 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
