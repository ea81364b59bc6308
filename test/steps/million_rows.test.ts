import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { mersenne } from 'pure-rand/generator/mersenne';
import { useFolder } from '../folder.ts';
import { assertClose } from './oracle.ts';

const limit = 250 * 1024;
const features = Array.from({ length: 10 }, (_, feature) => `f${feature}`);

// A program of steps/ that says at its end what memory it took at most, in KB.
const measured = `data:text/javascript,process.on('exit',()=>console.error(process.resourceUsage().maxRSS))`;

async function measure(
  cwd: string,
  program: string,
  ...flags: string[]
): Promise<{ memory: number; progress: string[] }> {
  const path = fileURLToPath(new URL(`../../steps/${program}.ts`, import.meta.url));
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', measured, path, ...flags], {
    cwd,
  });
  const lines = stderr.trimEnd().split('\n');
  return { memory: Number(lines.pop()), progress: lines };
}

/** Fails where there is no line, one of another shape, or one that says less than the one before. */
function assertRising(lines: string[], shape: RegExp): void {
  const numbers = lines.map((line) => Number(shape.exec(line)?.slice(1).find(Boolean)));
  assert.ok(
    numbers.length > 0 && numbers.every((number, at) => number >= (numbers[at - 1] ?? 0)),
    lines.join('\n'),
  );
}

/** A million rows of random features, their target a sum of them and noise: ten thousand rows, a hundred times. */
function writeRows(path: string): void {
  const generator = mersenne(1);
  const draw = () => generator.next() / 2 ** 31;
  let block = '';
  for (let row = 0; row < 10_000; row++) {
    const values = features.map(draw);
    const target = values.reduce((sum, value, feature) => sum + feature * value, draw());
    block += `${[...values, target].map((value) => value.toPrecision(10)).join(',')}\n`;
  }
  const file = openSync(path, 'w');
  writeSync(file, `${features.join(',')},target\n`);
  for (let time = 0; time < 100; time++) writeSync(file, block);
  closeSync(file);
}

describe('a million rows of ten features', function () {
  this.timeout(300_000);
  const folder = useFolder();

  it('pass through prep_data and train in at most 250 MB each, which say how far they are', async () => {
    const cwd = folder();
    writeRows(join(cwd, 'x.csv'));
    const prepared = await measure(cwd, 'prep_data', '--data=x.csv', '--features=all');
    assert.ok(prepared.memory < limit, `prep_data took ${prepared.memory} KB`);
    assertRising(
      prepared.progress,
      /^progress: (\d+)%, \d+ rows read$|^progress: (\d+)%, \d+\/1000000 rows written$/,
    );
    const trained = await measure(cwd, 'train', '--scaling=outputs/scaling.json');
    assert.ok(trained.memory < limit, `train took ${trained.memory} KB`);
    assertRising(trained.progress, /^progress: (\d+)\/1000000 rows$/);
    const { scaling, coefficients } = JSON.parse(readFileSync(join(cwd, 'outputs', 'diabetes.json'), 'utf8'));
    for (const [place, feature] of features.entries()) {
      // A feature's own weight in the target is its place.
      assertClose(coefficients[feature] / scaling[feature].scale, place, feature, 0.01, 0.05);
    }
  });
});
