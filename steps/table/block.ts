/** Some rows of numbers, row after row in one array. */
export interface Block {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** A copy of some neighbouring columns. */
export function takeColumns({ rows, width, values }: Block, first: number, count: number): Block {
  const taken = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < count; column++) {
      taken[row * count + column] = values[row * width + first + column]!;
    }
  }
  return { rows, width: count, values: taken };
}

/** The rows as CSV text; each number as short as it can be and still read back as the same double. */
export function formatRows({ rows, width, values }: Block): string {
  let text = '';
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      text += `${values[row * width + column]!}${column === width - 1 ? '\n' : ','}`;
    }
  }
  return text;
}
