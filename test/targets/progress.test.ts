import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { followProgress, readLine } from '../../targets/progress.ts';
import { useFolder } from '../folder.ts';

describe('a line of a log', () => {
  const cases: [string, string, number | undefined][] = [
    ['progress: 420000/1000000 rows', '420000/1000000 rows', 0.42],
    ['progress: 3 / 4', '3 / 4', 0.75],
    ['progress: 42%', '', 0.42],
    ['progress: 42.5 % of the file', 'of the file', 0.425],
    ['progress: 0.42', '', 0.42],
    ['progress: .5, loss 0.2', 'loss 0.2', 0.5],
    ['  Progress:1', '', 1],
    ['progress: 12/10', '12/10', 1],
    ['progress: 3/0', '3/0', undefined],
    ['progress: 7 epochs', '7 epochs', undefined],
    ['progress: loading the data', 'loading the data', undefined],
    [
      ' 42%|████▏     | 42/100 [00:04<00:05,  9.98it/s]',
      '42%|████▏     | 42/100 [00:04<00:05,  9.98it/s]',
      0.42,
    ],
    ['Epoch 3:  50%|█████     | 5/10', 'Epoch 3:  50%|█████     | 5/10', 0.5],
  ];
  for (const [line, detail, fraction] of cases)
    it(`that is "${line}" says ${fraction ?? 'only words'}`, () => {
      assert.deepEqual(readLine(line), { detail, fraction });
    });

  for (const line of ['epoch 3', '42% done', 'in progress: 42%', 'a|b'])
    it(`that is "${line}" says nothing of how far the step is`, () => {
      assert.deepEqual(readLine(line), { detail: line });
    });
});

describe('the progress of a step', () => {
  const folder = useFolder();
  let log: string;
  beforeEach(() => {
    log = join(folder(), 'std_log.txt');
    writeFileSync(log, '');
  });

  it('is its last whole line and the share it has said last', () => {
    const ask = followProgress(log);
    const said = [
      'loading\n',
      'progress: 1/4 epochs\n',
      'loss 0.3\nloss 0.',
      '2\n',
      'progress: saving\n\n',
    ].map((text) => {
      appendFileSync(log, text);
      return ask();
    });
    assert.deepEqual(said, [
      { detail: 'loading' },
      { detail: '1/4 epochs', fraction: 0.25 },
      { detail: 'loss 0.3', fraction: 0.25 },
      { detail: 'loss 0.2', fraction: 0.25 },
      { detail: 'saving' },
    ]);
    assert.deepEqual(ask(), { detail: 'saving' });
  });

  it('is the last state of a bar that is drawn over and over', () => {
    const ask = followProgress(log);
    appendFileSync(log, '\r  0%|          | 0/9\r \u001b[32m50%|█████     | 5/9\u001b[0m\r 60%|');
    assert.deepEqual(ask(), { detail: '50%|█████     | 5/9', fraction: 0.5 });
  });

  it('is running as long as the step has said nothing, whatever an earlier worker has logged', () => {
    appendFileSync(log, 'progress: 90%\n');
    assert.deepEqual(followProgress(log)(), { detail: 'running' });
    assert.deepEqual(followProgress(join(folder(), 'none'))(), { detail: 'running' });
  });

  it('is found in the last 64 KB of what is new, within 200 ms', () => {
    const ask = followProgress(log);
    appendFileSync(log, `progress: 10%\n${'x'.repeat(99)}\n`.repeat(500_000));
    appendFileSync(log, 'progress: 20%\n');
    const began = performance.now();
    assert.deepEqual(ask(), { detail: '', fraction: 0.2 });
    assert.ok(performance.now() - began < 200);
  });

  it('comes in characters and lines that are whole, of at most 200 characters', () => {
    const ask = followProgress(log);
    appendFileSync(log, Buffer.from('progress: 30% ü').subarray(0, -1));
    assert.deepEqual(ask(), { detail: 'running' });
    appendFileSync(log, Buffer.from('ü').subarray(1));
    appendFileSync(log, `${'y'.repeat(300)}\n`);
    assert.deepEqual(ask(), { detail: `ü${'y'.repeat(199)}`, fraction: 0.3 });
  });
});
