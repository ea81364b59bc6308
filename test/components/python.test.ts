import { deepEqual, equal } from 'node:assert/strict';

import { parseFloatText, printFloat } from '../../components/python.ts';
import { renderLiteral } from '../../components/values.ts';
import literals from '../fixtures/python_literals.json' with { type: 'json' };

const readBits = (hex: string): number => Buffer.from(hex, 'hex').readDoubleBE(0);

describe("Python's way with numbers", () => {
  it('prints floats as repr does', () => {
    deepEqual(
      literals.floats.map(([hex]) => printFloat(readBits(hex ?? ''))),
      literals.floats.map(([, printed]) => printed),
    );
  });

  it('prints what is no number as repr does', () => {
    deepEqual([NaN, Infinity, -Infinity].map(printFloat), ['nan', 'inf', '-inf']);
  });

  it('prints literals as str does', () => {
    for (const [value, printed] of literals.integers) equal(renderLiteral(Number(value), 'integer'), printed);
    equal(renderLiteral(true, 'boolean'), 'True');
    equal(renderLiteral(false, 'boolean'), 'False');
    equal(renderLiteral(1, 'number'), '1.0');
    equal(renderLiteral(1e-7, 'number'), '1e-07');
    equal(renderLiteral('1.80', 'string'), '1.80');
  });

  it('reads a number in text as float does, if it is finite', () => {
    for (const [text, printed] of literals.floatTexts) {
      const value = parseFloatText(text ?? '');
      equal(value === undefined ? null : printFloat(value), printed, `float(${JSON.stringify(text)})`);
    }
  });
});
