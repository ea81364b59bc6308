import { InvalidArgumentError } from 'commander';

/** Reads a count given as a flag. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

/** Gathers the values of a flag that may be repeated. */
export const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];
