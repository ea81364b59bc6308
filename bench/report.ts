/** One measured line. What is worse when it is larger has `most` or `ratio` as its goal; throughput has `leastRatio`. */
export interface Row {
  what: string;
  unit: Unit;
  bare?: number;
  ours: number;
  goal?: { most?: number; ratio?: number; leastRatio?: number };
}

/** How values of a row read. */
export interface Unit {
  name: string;
  digits: number;
}

export const milliseconds: Unit = { name: 'ms', digits: 1 };
export const seconds: Unit = { name: 's', digits: 2 };
export const perSecond: Unit = { name: '/s', digits: 1 };
export const megabytes: Unit = { name: 'MB', digits: 0 };
export const count: Unit = { name: '', digits: 0 };

/** Ours divided by bare, where there is a bare. */
export const ratioOf = ({ bare, ours }: Row): number | undefined =>
  bare === undefined ? undefined : ours / bare;

/** Whether a row's goal is reached, where it has one. */
export function isMet(row: Row): boolean | undefined {
  const { goal, ours } = row;
  if (goal === undefined) return undefined;
  const ratio = ratioOf(row) ?? NaN;
  if (goal.most !== undefined) return ours <= goal.most;
  return goal.ratio === undefined ? ratio >= goal.leastRatio! : ratio <= goal.ratio;
}

/** Rows as an aligned table. */
export function renderRows(rows: readonly Row[]): string {
  const lines = [
    ['', 'bare', 'ours', 'ours/bare', 'goal', ''],
    ...rows.map((row) => [
      row.what,
      row.bare === undefined ? '' : format(row.bare, row.unit),
      format(row.ours, row.unit),
      ratioOf(row)?.toFixed(2) ?? '',
      describeGoal(row),
      { true: 'reached', false: 'missed', undefined: '' }[String(isMet(row))]!,
    ]),
  ];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => align(cell, widths[column]!, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const align = (cell: string, width: number, column: number): string =>
  column === 0 || column > 3 ? cell.padEnd(width) : cell.padStart(width);

const format = (value: number, { name, digits }: Unit): string =>
  `${value.toFixed(digits)}${name === '' ? '' : ` ${name}`}`;

function describeGoal({ goal, unit }: Row): string {
  if (goal === undefined) return '';
  if (goal.most !== undefined)
    return `≤ ${format(goal.most, { ...unit, digits: Number.isInteger(goal.most) ? 0 : 1 })}`;
  return goal.ratio === undefined ? `≥ ${goal.leastRatio} ×` : `≤ ${goal.ratio} ×`;
}
