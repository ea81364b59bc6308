import { Matrix, SVD } from 'ml-matrix';
import MultivariateLinearRegression from 'ml-regression-multivariate-linear';
import type { CentredFactor } from './factor.ts';

// scikit-learn's default `tol`: a direction of the features with less than this share of the largest one's spread
// counts as absent.
const tolerance = 1e-6;

/** A fitted line: the prediction is intercept + Σ coefficient · feature. */
export interface Line {
  readonly coefficients: number[];
  readonly intercept: number;
  /** Places of the features that are linear combinations of each other (or constant); empty as a rule. */
  readonly collinear: number[];
}

/**
 * Least squares from a factor whose last column is the target: the minimum-norm solution, as scikit-learn's
 * LinearRegression gives it. The regression is done along the factor's singular directions, because the library solves
 * the normal equations, which would square the condition number of anything less well set up.
 */
export function fitLine(gathered: CentredFactor): Line {
  const { means, factor } = gathered.finish();
  const features = gathered.width - 1;
  const { leftSingularVectors, rightSingularVectors, diagonal } = new SVD(
    factor.subMatrix(0, features - 1, 0, features - 1),
    { autoTranspose: true },
  );
  const places = diagonal.map((_, place) => place);
  const floor = tolerance * Math.max(...diagonal);
  const kept = places.filter((place) => diagonal[place]! > floor);
  const lost = places.filter((place) => !kept.includes(place));

  const coefficients = Array.from({ length: features }, () => 0);
  if (kept.length > 0) {
    const { weights } = new MultivariateLinearRegression(
      leftSingularVectors.subMatrixColumn(kept),
      factor.subMatrix(0, features - 1, features, features).to2DArray(),
      { intercept: false, statistics: false },
    );
    const steps = kept.map((place, index) => [weights[index]![0]! / diagonal[place]!]);
    const solution = rightSingularVectors.subMatrixColumn(kept).mmul(new Matrix(steps));
    for (let feature = 0; feature < features; feature++) coefficients[feature] = solution.get(feature, 0);
  }
  const intercept = coefficients.reduce(
    (rest, coefficient, feature) => rest - coefficient * means[feature]!,
    means[features]!,
  );
  const collinear = coefficients
    .map((_, feature) => feature)
    .filter((feature) =>
      lost.some((place) => Math.abs(rightSingularVectors.get(feature, place)) > tolerance),
    );
  return { coefficients, intercept, collinear };
}

/** Mean squared error of a line over the rows a factor was gathered from; its last column is the target. */
export function meanSquaredError(line: Line, gathered: CentredFactor): number {
  const { means, factor } = gathered.finish();
  const residual = [...line.coefficients.map((coefficient) => -coefficient), 1];
  const spread = factor.mmul(Matrix.columnVector(residual));
  const offset = residual.reduce((sum, weight, at) => sum + weight * means[at]!, -line.intercept);
  return spread.to1DArray().reduce((sum, part) => sum + part * part, 0) / gathered.rows + offset * offset;
}
