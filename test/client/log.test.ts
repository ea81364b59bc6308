import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFrom, findTail } from '../../client/log.ts';
import { useFolder } from '../folder.ts';

function collect(): { bytes: () => Buffer; write(part: string | Uint8Array, done?: () => void): void } {
  const parts: Buffer[] = [];
  return {
    bytes: () => Buffer.concat(parts),
    write(part, done) {
      parts.push(Buffer.from(part));
      done?.();
    },
  };
}

describe('client/log', () => {
  const folder = useFolder();
  const file = (): string => join(folder(), 'std_log.txt');

  it('copies the bytes as they are, and what comes later from there', async () => {
    const bytes = Buffer.from([0xff, 0x0a, 0x00, 0xc3]);
    await writeFile(file(), bytes);
    const output = collect();
    const position = await copyFrom(file(), 0, output);
    await appendFile(file(), Buffer.from([0xbc]));
    assert.equal(await copyFrom(file(), position, output), 5);
    assert.deepEqual(output.bytes(), Buffer.concat([bytes, Buffer.from([0xbc])]));
  });

  it('copies nothing where the file is gone', async () => {
    assert.equal(await copyFrom(join(folder(), 'none'), 7, collect()), 7);
  });

  const long = `${'x'.repeat(400_000)}\n`;
  const tails: [string, string, number, string][] = [
    ['the last two lines', 'a\nb\nc\n', 2, 'b\nc\n'],
    ['a last line that is not ended', 'a\nb\nc', 2, 'b\nc'],
    ['all where there are fewer', 'a\nb\n', 5, 'a\nb\n'],
    ['none', 'a\nb\n', 0, ''],
    ['empty lines as lines', 'a\n\n\n', 2, '\n\n'],
    ['nothing of an empty file', '', 3, ''],
    ['lines longer than what is read at once', `a\n${long}${long}`, 2, `${long}${long}`],
    ['the one before them', `a\n${long}${long}`, 3, `a\n${long}${long}`],
  ];
  for (const [what, text, lines, expected] of tails)
    it(`finds ${what}`, async () => {
      await writeFile(file(), text);
      const output = collect();
      await copyFrom(file(), await findTail(file(), lines), output);
      assert.equal(output.bytes().toString(), expected);
    });
});
