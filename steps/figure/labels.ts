// The columns of the diabetes data (Efron, Hastie, Johnstone and Tibshirani, 2004) with their units.
const diabetes = new Map([
  ['age', 'age (years)'],
  ['sex', 'sex (1 or 2)'],
  ['bmi', 'body mass index (kg/m²)'],
  ['bp', 'average blood pressure (mm Hg)'],
  ['s1', 'total serum cholesterol (mg/dl)'],
  ['s2', 'low-density lipoproteins (mg/dl)'],
  ['s3', 'high-density lipoproteins (mg/dl)'],
  ['s4', 'total cholesterol / HDL (ratio)'],
  ['s5', 'log of serum triglycerides'],
  ['s6', 'blood sugar (mg/dl)'],
]);

/** Axis titles: with units where the columns are the diabetes data's, else the columns' own names. */
export function labelsOf(
  features: readonly string[],
  target: string,
): { features: string[]; target: string } {
  const known = target === 'target' && features.every((feature) => diabetes.has(feature));
  return {
    features: features.map((feature) => (known ? diabetes.get(feature)! : feature)),
    target: known ? 'disease progression after one year (score)' : target,
  };
}
