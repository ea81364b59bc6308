import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ranOutOfMemory, readExit } from '../../../targets/process/outcome.ts';

describe('the outcome of a command', () => {
  const codes: [number, ReturnType<typeof readExit>][] = [
    [128, { exitCode: 128, signal: undefined }],
    [134, { exitCode: undefined, signal: 'SIGABRT' }],
    [137, { exitCode: undefined, signal: 'SIGKILL' }],
    [143, { exitCode: undefined, signal: 'SIGTERM' }],
    [255, { exitCode: 255, signal: undefined }],
  ];
  for (const [code, expected] of codes) {
    it(`reads ${code} as ${expected.signal ?? 'an exit code'}`, () => {
      assert.deepEqual(readExit({ code, signal: undefined, seconds: 1 }), expected);
    });
  }

  it('takes 128 and a signal that ends nothing (SIGCHLD) for an exit code', () => {
    const code = 128 + (process.platform === 'darwin' ? 20 : 17);
    assert.deepEqual(readExit({ code, signal: undefined, seconds: 1 }), {
      exitCode: code,
      signal: undefined,
    });
  });

  describe('is want of memory where somebody says so:', () => {
    const folder = mkdtempSync(join(tmpdir(), 'outcome-'));
    const file = join(folder, 'std_log.txt');
    after(() => rmSync(folder, { recursive: true }));
    const killed = { exitCode: undefined, signal: 'SIGKILL' } as const;
    const failed = { exitCode: 1, signal: undefined };

    it('Python, with the last line of a traceback', async () => {
      writeFileSync(
        file,
        'Traceback (most recent call last):\nnumpy._core._exceptions._ArrayMemoryError: Unable to allocate 7 TiB\n',
      );
      assert.equal(await ranOutOfMemory(failed, { file, killsBefore: 0 }), true);
      writeFileSync(file, 'Traceback (most recent call last):\nMemoryError\n');
      assert.equal(await ranOutOfMemory(failed, { file, killsBefore: 0 }), true);
      writeFileSync(file, 'caught MemoryError, going on\nValueError: x\n');
      assert.equal(await ranOutOfMemory(failed, { file, killsBefore: 0 }), false);
    });

    it('the kernel, with a count that rose, and nobody where it did not or is not known', async () => {
      if (process.platform === 'linux')
        assert.equal(await ranOutOfMemory(killed, { file, killsBefore: -1 }), true);
      assert.equal(await ranOutOfMemory(killed, { file, killsBefore: Infinity }), false);
      assert.equal(await ranOutOfMemory(killed, { file, killsBefore: undefined }), false);
    });
  });
});
