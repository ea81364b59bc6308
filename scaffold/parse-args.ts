import { runInNewContext } from 'node:vm';
import type { ScriptFlags } from './script.ts';

interface ParseArgsOption {
  type?: unknown;
  default?: unknown;
  multiple?: unknown;
}

/**
 * The flags a script gives to `parseArgs` of node:util, where its options are written as one literal. A flag whose
 * default is a number in quotes is a number.
 */
export function readParseArgs(source: string): ScriptFlags {
  const found: ScriptFlags = { flags: [], left: [] };
  for (const [name, option] of Object.entries(evaluate(findOptions(source)))) {
    const flag = `--${name}`;
    const { type, default: initial, multiple } = option;
    const text = typeof initial === 'string' ? initial : undefined;
    if (type !== 'string' || multiple === true || !/^--[A-Za-z][\w-]*$/.test(flag)) {
      found.left.push(flag);
      continue;
    }
    const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
    found.flags.push({
      flag,
      type: Number.isNaN(number) ? 'string' : /^[+-]?\d+$/.test(text!) ? 'integer' : 'number',
      ...(text === undefined ? {} : { default: Number.isNaN(number) ? text : number }),
      required: false,
      description: '',
    });
  }
  return found;
}

/** The literal after `options:` or `options =`, up to the brace that closes it. */
function findOptions(source: string): string {
  if (!/\bparseArgs\s*\(/.test(source)) return '{}';
  const start = /\boptions\s*[:=]\s*(?=\{)/.exec(source);
  if (start === null) return '{}';
  const from = start.index + start[0].length;
  for (let at = from, depth = 0; at < source.length; at++) {
    if (source[at] === '{') depth += 1;
    if (source[at] === '}' && --depth === 0) return source.slice(from, at + 1);
  }
  return '{}';
}

/** Empty where the literal is none: where it has names of the script in it, or types. */
function evaluate(literal: string): Record<string, ParseArgsOption> {
  try {
    const value: unknown = runInNewContext(`(${literal.replaceAll(/\bas const\b/g, '')})`, undefined, {
      timeout: 100,
    });
    return JSON.parse(JSON.stringify(value)) as Record<string, ParseArgsOption>;
  } catch {
    return {};
  }
}
