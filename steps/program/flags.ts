import { parseArgs } from 'node:util';
import { reasonOf, usageFailure } from './failure.ts';

/** One flag: its help line, and its default unless it must be given (`required`) or may be left out (`optional`). */
export type Flag = { readonly help: string } & (
  { readonly default: string } | { readonly required: true } | { readonly optional: true }
);

/** The value of each flag: text, or undefined for an optional one that was left out. */
export type FlagValues<Flags extends Record<string, Flag>> = {
  readonly [Name in keyof Flags]: Flags[Name] extends { optional: true } ? string | undefined : string;
};

/** Reads --name=value and --name value; `--help` prints the flags and ends the process. */
export function readFlags<Flags extends Record<string, Flag>>(
  program: string,
  purpose: string,
  flags: Flags,
): FlagValues<Flags> {
  const options = Object.fromEntries(Object.keys(flags).map((name) => [name, { type: 'string' as const }]));
  const hint = `flags of ${program}: ${Object.keys(flags)
    .map((name) => `--${name}`)
    .join(' ')} (--help explains them)`;
  let given: Record<string, string | boolean | undefined>;
  try {
    given = parseArgs({ options: { ...options, help: { type: 'boolean' } }, strict: true }).values;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason.includes('ambiguous')) {
      throw usageFailure(reason.split('\n')[0]!, 'write a value that begins with a dash as --name=-1');
    }
    throw usageFailure(reason.split('. To ')[0]!, hint);
  }
  if (given['help'] === true) {
    process.stdout.write(describeFlags(program, purpose, flags));
    process.exit(0);
  }
  const values: Record<string, string | undefined> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const typed = given[name];
    const value = typeof typed === 'string' ? typed : 'default' in flag ? flag.default : undefined;
    if (value === '') throw usageFailure(`--${name} is empty`, `${name}: ${flag.help}`);
    if (value === undefined && 'required' in flag) {
      throw usageFailure(`--${name} is missing`, `${name}: ${flag.help}`);
    }
    values[name] = value;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loop above has just made it so
  return values as FlagValues<Flags>;
}

function describeFlags(program: string, purpose: string, flags: Record<string, Flag>): string {
  const names = Object.keys(flags);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => {
    const flag = flags[name]!;
    const state = 'default' in flag ? ` (default ${flag.default})` : 'required' in flag ? ' (required)' : '';
    return `  --${name.padEnd(width)}  ${flag.help}${state}`;
  });
  return `${program}: ${purpose}\n\n${lines.join('\n')}\n`;
}

/** A test size: a fraction of the rows, above 0 and below 1. */
export function parseTestSize(text: string): number {
  const value = parseDecimal(text);
  if (value > 0 && value < 1) return value;
  throw usageFailure(
    `--test_size must be a number above 0 and below 1 (got ${text})`,
    'it is the fraction of the rows kept for testing, for example --test_size=0.2',
  );
}

/** A random state: a whole number NumPy takes as a seed. */
export function parseRandomState(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 0xffff_ffff) return value;
  throw usageFailure(
    `--random_state must be a whole number from 0 to 4294967295 (got ${text})`,
    'it seeds the split, for example --random_state=0',
  );
}

/** A model name, by Azure ML's rule: it becomes a file name here and a resource name there. */
export function parseModelName(text: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,254}$/.test(text)) return text;
  const shown = text.length > 60 ? `${text.slice(0, 60)}…, ${text.length} characters` : text;
  throw usageFailure(
    `--model_name is not a model name (got ${shown})`,
    'use 1 to 255 letters, digits, - and _, the first a letter or digit, for example --model_name=diabetes',
  );
}

function parseDecimal(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}
