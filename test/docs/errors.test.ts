import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { exitCodes } from '../../errors/error.ts';

describe('docs/errors.md', () => {
  it('lists every code with its exit code, and no other', async () => {
    const page = await readFile('docs/errors.md', 'utf8');
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| (\d+) +\|/gm)].map(([, code, exit]) => [
      code,
      Number(exit),
    ]);
    assert.deepEqual(Object.fromEntries(rows), exitCodes);
  });
});
