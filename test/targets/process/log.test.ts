import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastLines } from '../../../targets/process/log.ts';

describe('the last lines of a log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  const file = join(folder, 'std_log.txt');
  after(() => rmSync(folder, { recursive: true }));

  const cases: [
    string,
    string,
    Parameters<typeof lastLines> extends [string, ...infer Rest] ? Rest : never,
    string[],
  ][] = [
    ['are as many as asked for', 'one\ntwo\nthree\n', [2], ['two', 'three']],
    ['are none when none are asked for', 'one\n', [0], []],
    ['hold a line that is not ended yet', 'one\ntwo', [5], ['one', 'two']],
    ['keep empty lines between others', 'one\n\ntwo\n', [5], ['one', '', 'two']],
    [
      'are without colours, titles and control characters',
      '\u001b[31mred\u001b[0m \u001b]0;title\u0007a\tb\u0000\u0008!\n',
      [1],
      ['red a\tb!'],
    ],
    ['cannot turn the direction of writing', 'a\u202eb\n', [1], ['ab']],
    ['show the last state of a progress bar', ' 10%\r 50%\r100%\n\r 7%\r', [2], ['100%', ' 7%']],
    ['take the line ends of Windows', 'one\r\ntwo\r\n', [2], ['one', 'two']],
    ['are cut where they are long', `${'x'.repeat(600)}\n`, [1], [`${'x'.repeat(499)}…`]],
    ['leave out a line whose beginning was not read', 'a first line\nsecond\n', [5, 12], ['second']],
    ['show the end of a line that is longer than what is read', 'abcdefgh', [5, 4], ['efgh']],
    ['begin with a whole character', 'ééé', [5, 3], ['é']],
  ];
  for (const [name, text, rest, expected] of cases) {
    it(name, async () => {
      writeFileSync(file, text);
      assert.deepEqual(await lastLines(file, ...rest), expected);
    });
  }

  it('are none where there is no log, or an empty one', async () => {
    assert.deepEqual(await lastLines(join(folder, 'none'), 5), []);
    writeFileSync(file, '');
    assert.deepEqual(await lastLines(file, 5), []);
  });

  it('are read from 1 GB within 100 ms', async () => {
    writeFileSync(file, '');
    truncateSync(file, 1e9);
    appendFileSync(file, '\nlast\n');
    const began = performance.now();
    assert.deepEqual(await lastLines(file, 1), ['last']);
    assert.ok(performance.now() - began < 100);
  });
});
