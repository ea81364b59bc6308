/** What a pipeline parameter may be. Pure: the client checks with it before a run starts, the workflow while it runs. */
import type { Parameters, ParameterValue } from './messages.ts';

export interface ParameterSpec {
  /** A `file` is given as a path and travels as its place in the store. */
  type: 'number' | 'integer' | 'string' | 'file';
  description: string;
  /** Without one the parameter may be left out, unless it is `required`. */
  default?: ParameterValue;
  /** A run does not start without it. */
  required?: boolean;
  /** How the client's flag is written, `--seed <number>`. Default: made of the name and the type. */
  flag?: string;
  /** Smallest and largest value, themselves allowed unless `open`. */
  min?: number;
  max?: number;
  open?: boolean;
  /** What a string has to look like, and that in words. */
  pattern?: { source: string; words: string };
}

export type ParameterSpecs = Record<string, ParameterSpec>;

/** One sentence for each value that is not allowed; empty where all are. */
export function checkParameters(specs: ParameterSpecs, values: Parameters): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const spec = specs[name];
    if (spec === undefined)
      return [`There is no parameter ${name}; the parameters are ${Object.keys(specs).join(', ')}.`];
    const problem = checkValue(spec, value);
    return problem === undefined ? [] : [`${name} ${problem}, not ${JSON.stringify(value)}.`];
  });
}

function checkValue(spec: ParameterSpec, value: ParameterValue): string | undefined {
  if (spec.type === 'string' || spec.type === 'file') {
    if (typeof value !== 'string' || value === '') return 'must be a text';
    const { pattern } = spec;
    return pattern === undefined || new RegExp(pattern.source).test(value) ? undefined : pattern.words;
  }
  const whole = spec.type === 'integer';
  const right = typeof value === 'number' && (whole ? Number.isInteger(value) : Number.isFinite(value));
  return right && isWithin(spec, value) ? undefined : `must be ${describeRange(spec)}`;
}

function isWithin({ min = -Infinity, max = Infinity, open = false }: ParameterSpec, value: number): boolean {
  return open ? value > min && value < max : value >= min && value <= max;
}

function describeRange({ type, min, max, open }: ParameterSpec): string {
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (min === undefined || max === undefined) return kind;
  return open ? `${kind} above ${min} and below ${max}` : `${kind} from ${min} to ${max}`;
}
