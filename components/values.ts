import { PipelineError } from '../errors/error.ts';
import type { Component, InputSpec } from './component.ts';
import { parseFloatText, printFloat } from './python.ts';

/** A value of an input that is not data. */
export type Literal = string | number | boolean;

const literalTypes = ['number', 'integer', 'boolean', 'string'] as const;

/** A type of an input that is a value on the command line and not data. */
export type LiteralType = (typeof literalTypes)[number];

/** Tells the types of values from the types of data. */
export function isLiteralType(type: string): type is LiteralType {
  return (literalTypes as readonly string[]).includes(type);
}

function isLiteral(value: unknown): value is Literal {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Writes a value into a message. */
export function show(value: unknown): string {
  if (value instanceof Date) return `the date ${value.toISOString().slice(0, 10)}`;
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
}

/** Prints a value as Python's str() does, which is how Azure ML puts it into a command; text stays as it is. */
export function renderLiteral(value: Literal, type: LiteralType): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return type === 'integer' ? String(BigInt(value)) : printFloat(value);
}

/** Reads a value as its input's type has it, or says in words why it cannot be one. */
export function readLiteral(value: unknown, spec: InputSpec): { value: Literal } | { problem: string } {
  const { type } = spec;
  const problem = { problem: `${show(value)} is not ${describe(spec)}` };
  if (type === 'string') return readText(value, spec) ?? problem;
  if (type === 'boolean') {
    const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
    if (text === true || text === 'true') return { value: true };
    return text === false || text === 'false' ? { value: false } : problem;
  }
  const number = typeof value === 'string' ? parseFloatText(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return problem;
  if (type === 'integer' && !Number.isInteger(number)) return problem;
  if (type === 'integer' && !Number.isSafeInteger(number)) {
    return { problem: `${show(value)} is too large: integers here keep at most ${Number.MAX_SAFE_INTEGER}` };
  }
  if (number < (spec.min ?? -Infinity) || number > (spec.max ?? Infinity)) return problem;
  return { value: number };
}

function readText(value: unknown, spec: InputSpec): { value: string } | { problem: string } | undefined {
  if (!isLiteral(value)) return undefined;
  const text = typeof value === 'string' ? value : renderGiven(value, 'string');
  if (text.includes('\0')) return { problem: 'a command cannot carry the character NUL' };
  return spec.enum === undefined || spec.enum.includes(text) ? { value: text } : undefined;
}

/** Lists what is wrong with the values given to a component; data is given by its path or URI. */
export function checkInputs(component: Component, values: Record<string, unknown>): string[] {
  const known = Object.keys(component.inputs);
  const problems = Object.keys(values)
    .filter((name) => !known.includes(name))
    .map((name) => `${name}: no such input; ${component.name} has ${known.join(', ') || 'none'}`);
  for (const [name, spec] of Object.entries(component.inputs)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null) {
      const needed = !spec.optional && spec.default === undefined;
      if (needed) problems.push(`${name}: missing; it needs ${describe(spec)}`);
    } else if (isLiteralType(spec.type)) {
      const read = readLiteral(value, spec);
      if ('problem' in read) problems.push(`${name}: ${read.problem}`);
    } else if (typeof value !== 'string' || value === '' || value.includes('\0')) {
      problems.push(`${name}: ${show(value)} is not ${describe(spec)}`);
    }
  }
  return problems;
}

/** Yields what each input becomes on the command line, defaults applied; absent optional ones are left out. */
export function resolveInputs(component: Component, values: Record<string, unknown>): Record<string, string> {
  const problems = checkInputs(component, values);
  if (problems.length > 0) {
    const message = `The inputs of ${component.name} do not fit:\n  ${problems.join('\n  ')}`;
    throw new PipelineError('INPUT_INVALID', message, {
      hint: 'Correct the values named above and start again.',
    });
  }
  const texts = Object.entries(component.inputs).flatMap(([name, spec]): [string, string][] => {
    const given = Object.hasOwn(values, name) ? values[name] : undefined;
    if (isLiteral(given)) {
      return [[name, isLiteralType(spec.type) ? renderGiven(given, spec.type) : String(given)]];
    }
    const { type, default: value } = spec;
    return value === undefined || !isLiteralType(type) ? [] : [[name, renderLiteral(value, type)]];
  });
  return Object.fromEntries(texts);
}

/** A number without a fraction was an int in Python and prints as one, also where the type says number. */
function renderGiven(value: Literal, type: LiteralType): string {
  if (type === 'boolean') return renderLiteral(String(value).trim().toLowerCase() === 'true', type);
  if (typeof value === 'number') {
    const whole = Number.isSafeInteger(value) && !Object.is(value, -0);
    return renderLiteral(value, whole ? 'integer' : 'number');
  }
  if (typeof value !== 'string' || type === 'string') return renderLiteral(value, type);
  const text = value.trim();
  return type === 'integer' && !/^[+-]?\d+$/.test(text) ? String(parseFloatText(text)) : text;
}

/** Says what an input takes: `a number from 0 to 1`. */
function describe(spec: InputSpec): string {
  const { type, min, max } = spec;
  if (type === 'string') return spec.enum === undefined ? 'text' : `one of ${spec.enum.join(', ')}`;
  if (type === 'boolean') return 'true or false';
  if (!isLiteralType(type)) return `a path or URI (${type})`;
  const name = type === 'integer' ? 'an integer' : 'a number';
  if (min !== undefined && max !== undefined) return `${name} from ${min} to ${max}`;
  if (min !== undefined) return `${name} of at least ${min}`;
  return max === undefined ? name : `${name} of at most ${max}`;
}
