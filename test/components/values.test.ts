import { deepEqual, throws } from 'node:assert/strict';

import type { Component } from '../../components/component.ts';
import { checkInputs, resolveInputs } from '../../components/values.ts';

const component: Component = {
  name: 'train',
  isDeterministic: true,
  inputs: {
    data: { type: 'uri_folder', optional: false },
    weights: { type: 'uri_file', optional: true },
    rate: { type: 'number', optional: false, default: 20, min: 0, max: 100 },
    epochs: { type: 'integer', optional: false, min: 1 },
    loud: { type: 'boolean', optional: false, default: false },
    kind: { type: 'string', optional: false, default: 'fast', enum: ['fast', 'slow'] },
    note: { type: 'string', optional: true },
  },
  outputs: {},
  command: 'echo',
};

const check = (epochs: unknown, rate: unknown = 1): string[] =>
  checkInputs(component, { data: '/d', epochs, rate });

describe('the values of inputs', () => {
  it('become what Azure sends: defaults as their type has them, given numbers as they were given', () => {
    deepEqual(resolveInputs(component, { data: '/d', epochs: 3 }), {
      data: '/d',
      rate: '20.0',
      epochs: '3',
      loud: 'False',
      kind: 'fast',
    });
    deepEqual(
      resolveInputs(component, { data: '/d', rate: 20, epochs: '1e2', loud: 'true', kind: 'slow', note: 5 }),
      { data: '/d', rate: '20', epochs: '100', loud: 'True', kind: 'slow', note: '5' },
    );
    deepEqual(resolveInputs(component, { data: '/d', rate: ' 1.80 ', epochs: 1, note: '' })['rate'], '1.80');
    deepEqual(resolveInputs(component, { data: '/d', rate: 0.0000001, epochs: 1 })['rate'], '1e-07');
  });

  it('are refused all together, each with what is allowed', () => {
    const values = { rate: 'abc', epochs: 0, loud: 1, kind: 'quick', weights: 7, note: 'a\0b', dta: '/d' };
    const problems = [
      'dta: no such input; train has data, weights, rate, epochs, loud, kind, note',
      'data: missing; it needs a path or URI (uri_folder)',
      'weights: 7 is not a path or URI (uri_file)',
      'rate: "abc" is not a number from 0 to 100',
      'epochs: 0 is not an integer of at least 1',
      'loud: 1 is not true or false',
      'kind: "quick" is not one of fast, slow',
      'note: a command cannot carry the character NUL',
    ];
    deepEqual(checkInputs(component, values), problems);
    throws(() => resolveInputs(component, values), {
      code: 'INPUT_INVALID',
      message: `The inputs of train do not fit:\n  ${problems.join('\n  ')}`,
    });
  });

  it('are refused where a number is none, too large or not whole', () => {
    deepEqual(check(1.5), ['epochs: 1.5 is not an integer of at least 1']);
    deepEqual(check('1.5'), ['epochs: "1.5" is not an integer of at least 1']);
    deepEqual(check(1e300), ['epochs: 1e+300 is too large: integers here keep at most 9007199254740991']);
    deepEqual(check(1, NaN), ['rate: NaN is not a number from 0 to 100']);
    deepEqual(check(1, 'inf'), ['rate: "inf" is not a number from 0 to 100']);
    deepEqual(check(1, ''), ['rate: "" is not a number from 0 to 100']);
    deepEqual(check(1, [1]), ['rate: [1] is not a number from 0 to 100']);
    deepEqual(check(1, 100.5), ['rate: 100.5 is not a number from 0 to 100']);
  });
});
