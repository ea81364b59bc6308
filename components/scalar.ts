import { printFloat } from './python.ts';

/** A plain YAML scalar as PyYAML reads it, and what Python's str() prints for it. */
export type PlainScalar = { value: string | number | boolean | null | Date; text: string };

// PyYAML's own patterns. YAML 1.1 as others read it differs: there 1e-3 is a number, y is true and 0.5 may be +.5.
const booleans = /^(?:(?<yes>yes|Yes|YES|true|True|TRUE|on|On|ON)|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const nothing = /^(?:~|null|Null|NULL|)$/;
const integers = /^[-+]?(?:0b[01_]+|0[0-7_]+|0x[\da-fA-F_]+|0|[1-9][\d_]*(?::[0-5]?\d)*)$/;
const floats =
  /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const dates =
  /^\d{4}-(?:\d\d-\d\d|\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;

/** Reads a scalar written without quotes, as PyYAML does. */
export function readPlainScalar(source: string): PlainScalar {
  if (nothing.test(source)) return { value: null, text: 'None' };
  const boolean = booleans.exec(source);
  if (boolean !== null) {
    const value = boolean.groups?.['yes'] !== undefined;
    return { value, text: value ? 'True' : 'False' };
  }
  if (integers.test(source)) {
    const value = readInteger(source);
    return { value: Number(value), text: String(value) };
  }
  if (floats.test(source)) {
    const value = readFloat(source);
    return { value, text: printFloat(value) };
  }
  if (dates.test(source)) return { value: new Date(source), text: source };
  return { value: source, text: source };
}

function readInteger(source: string): bigint {
  const negative = source.startsWith('-');
  const digits = source.replace(/^[-+]/, '').replaceAll('_', '');
  const value = digits.includes(':')
    ? digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n)
    : BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return negative ? -value : value;
}

function readFloat(source: string): number {
  const sign = source.startsWith('-') ? -1 : 1;
  const digits = source.replace(/^[-+]/, '').replaceAll('_', '').toLowerCase();
  if (digits === '.inf') return sign * Infinity;
  if (digits === '.nan') return NaN;
  return sign * digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
