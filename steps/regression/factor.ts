import { Matrix, QrDecomposition } from 'ml-matrix';

const blockRows = 1024;

/**
 * The triangular factor R of some rows centred on their mean: all that least squares needs to know of them (RᵀR is
 * their scatter matrix), in the space of one small matrix however many rows pass.
 */
export class CentredFactor {
  readonly width: number;
  rows = 0;
  private readonly means: Float64Array;
  private readonly pending: Float64Array;
  private pendingRows = 0;
  private factor: Matrix;

  constructor(width: number) {
    this.width = width;
    this.means = new Float64Array(width);
    this.pending = new Float64Array(blockRows * width);
    this.factor = Matrix.zeros(width, width);
  }

  /** Takes one row in: features, then the target. */
  add(features: Float64Array, target: number): void {
    const begin = this.pendingRows * this.width;
    this.pending.set(features, begin);
    this.pending[begin + this.width - 1] = target;
    this.pendingRows++;
    if (this.pendingRows === blockRows) this.flush();
  }

  /** The mean of the rows and their factor, `width` square. */
  finish(): { means: Float64Array; factor: Matrix } {
    this.flush();
    return { means: this.means, factor: this.factor };
  }

  // The rows seen so far and the pending ones have different means: one more row, the weighted difference of the means,
  // makes the stack's scatter that of all rows about their common mean.
  private flush(): void {
    const { width, pending, pendingRows: added } = this;
    if (added === 0) return;
    const total = this.rows + added;
    const weight = Math.sqrt((this.rows * added) / total);
    const stack = new Matrix(width + 1 + added, width);
    stack.setSubMatrix(this.factor, 0, 0);
    for (let column = 0; column < width; column++) {
      const mean = this.centre(column);
      const difference = mean - this.means[column]!;
      stack.set(width, column, difference * weight);
      this.means[column]! += (difference * added) / total;
      for (let row = 0; row < added; row++)
        stack.set(width + 1 + row, column, pending[row * width + column]!);
    }
    this.factor = new QrDecomposition(stack).upperTriangularMatrix;
    this.rows = total;
    this.pendingRows = 0;
  }

  /** Subtracts its mean from a pending column, and gives it; the second round takes out what rounding left. */
  private centre(column: number): number {
    const end = this.pendingRows * this.width;
    let mean = 0;
    for (let round = 0; round < 2; round++) {
      let sum = 0;
      for (let at = column; at < end; at += this.width) sum += this.pending[at]!;
      const step = sum / this.pendingRows;
      for (let at = column; at < end; at += this.width) this.pending[at]! -= step;
      mean += step;
    }
    return mean;
  }
}
