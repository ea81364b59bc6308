import { deepEqual, equal } from 'node:assert/strict';

import { Source } from '../../components/source.ts';
import pyyaml from '../fixtures/pyyaml_scalars.json' with { type: 'json' };

const kindOf = (value: unknown, text: string): string => {
  if (value === null) return 'null';
  if (value instanceof Date) return 'date';
  if (typeof value === 'number') return /[.a-z]/.test(text) ? 'float' : 'int';
  return { string: 'str', boolean: 'bool' }[typeof value as string] ?? typeof value;
};

const remarks = (text: string): { problems: string[]; warnings: string[] } => {
  const source = new Source(text, 'f.yml');
  const print = source.print.bind(source);
  return { problems: source.problems.map(print), warnings: source.warnings.map(print) };
};

describe('a YAML file', () => {
  it('has its scalars read as PyYAML reads them', () => {
    deepEqual(
      pyyaml.scalars.map(([written = '']) => {
        const source = new Source(`x: ${written}\n`, 'f.yml');
        const text = source.pythonText(['x']);
        return [written, kindOf((source.value as { x: unknown }).x, text), text];
      }),
      pyyaml.scalars,
    );
  });

  it('has its blocks and quotes read as PyYAML reads them', () => {
    for (const [written, value] of pyyaml.texts) {
      deepEqual(new Source(`x: ${written}`, 'f.yml').value, { x: value });
    }
  });

  it('may use anchors and merge keys', () => {
    const text = 'a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: *a\n';
    deepEqual(new Source(text, 'f.yml').value, { a: { x: 1, y: 2 }, b: { x: 1, y: 3 }, c: { x: 1, y: 2 } });
  });

  it('names the place of each syntax error', () => {
    const { problems } = remarks('a: [1\nb: "x\n');
    equal(problems.length > 0, true);
    for (const problem of problems) equal(/^f\.yml:\d+:\d+ \w/.test(problem), true, problem);
  });

  it('does not take a second document, an unknown anchor, a key that is no text or an anchor in itself', () => {
    deepEqual(remarks('a: 1\n---\nb: 2\n').problems, [
      'f.yml:2:1 a second document begins here; only one can be read',
    ]);
    deepEqual(remarks('a: *nope\n').problems, ['f.yml:1:4 no anchor &nope stands before this *nope']);
    deepEqual(remarks('a:\n  no: 1\n').problems, [
      'f.yml:2:3 a key has to be text: no is read as False; put it in quotes',
    ]);
    deepEqual(remarks('a: &a [*a]\n').problems, ['f.yml:1:7 an anchor contains itself']);
  });

  it('warns of a key that stands twice', () => {
    deepEqual(remarks('a: 1\na: 2\n'), {
      problems: [],
      warnings: ['f.yml:2:1 a stands here twice; the last one counts'],
    });
    deepEqual(new Source('a: 1\na: 2\n', 'f.yml').value, { a: 2 });
  });

  it('is refused when its aliases are made to multiply', () => {
    const lines = Array.from(
      { length: 12 },
      (_, n) => `k${n + 1}: &k${n + 1} [${Array(9).fill(`*k${n}`).join(', ')}]`,
    );
    const started = Date.now();
    const { problems } = remarks(`k0: &k0 x\n${lines.join('\n')}\n`);
    equal(
      problems.some((problem) => problem.includes('more than 100 aliases')),
      true,
    );
    equal(Date.now() - started < 2000, true);
  });
});
