import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFile } from '../../../steps/regression/model.ts';
import { parseModel, scoreRows } from '../../../steps/regression/scoring.ts';
import { openTable } from '../../../steps/table/table.ts';
import { useFolder } from '../../folder.ts';
import { assertClose, readCases } from '../oracle.ts';
import { diabetes, runStep } from '../run.ts';

interface Prediction {
  readonly features: string[];
  readonly test_size: number;
  readonly random_state: number;
  readonly predicted: number[];
}

const line: ModelFile = {
  format: 'linear-model',
  formatVersion: 1,
  target: 'y',
  features: ['a', 'b'],
  scaling: { a: { mean: 1, scale: 2 }, b: { mean: 0, scale: 10 } },
  coefficients: { a: 4, b: 5 },
  intercept: 7,
};

async function score(model: ModelFile, path: string): Promise<number[]> {
  const predictions: number[] = [];
  for await (const block of scoreRows(model, await openTable(path))) predictions.push(...block);
  return predictions;
}

describe('scoring raw rows', () => {
  const folder = useFolder();

  for (const [at, { features, test_size, random_state, predicted }] of readCases<Prediction[]>(
    'prediction',
  ).entries())
    it(`gives scikit-learn's predictions for ${features.join(',')}`, async () => {
      const place = join(folder(), String(at));
      mkdirSync(place);
      const files = ['--data_X=X.csv', '--data_y=y.csv', '--scaling=scaling.json'];
      const split = [`--test_size=${test_size}`, `--random_state=${random_state}`, '--model_dir=.'];
      await runStep(place, 'prep_data', `--data=${diabetes}`, `--features=${features.join(',')}`, ...files);
      assert.equal((await runStep(place, 'train', ...files, ...split)).code, 0);
      const path = join(place, 'diabetes.json');
      const predictions = await score(parseModel(readFileSync(path, 'utf8'), path), diabetes);
      assert.equal(predictions.length, 442);
      for (const [index, expected] of predicted.entries())
        assertClose(predictions[40 * index]!, expected, `row ${40 * index}`);
    });

  it('takes columns by name, passes others over, and scales where the model says how', async () => {
    const path = join(folder(), 'rows.csv');
    writeFileSync(path, 'id,b,note,a\n1,20,"x, y",3\n2,-10,,1\n');
    assert.deepEqual(await score(line, path), [7 + 4 + 10, 7 + 0 - 5]);
    assert.deepEqual(await score({ ...line, scaling: null }, path), [7 + 12 + 100, 7 + 4 - 50]);
  });

  it('names every missing column, every column that is there twice, and a cell that is no number', async () => {
    const path = join(folder(), 'bad.csv');
    const refusals: [string, string][] = [
      ['c,B\n1,2\n', `${path} has no column a, b, which the model was trained on`],
      ['a,b,a\n1,2,3\n', `${path} line 1 names a more than once`],
      ['a,b\n1,2\n3,four\n', `${path} line 3, column b is not a number (four)`],
      ['a,b\n1,2\n3\n', `${path} line 3 has 1 cell, the first line names 2 columns (column b is missing)`],
      ['', `${path} is empty`],
    ];
    for (const [text, message] of refusals) {
      writeFileSync(path, text);
      await assert.rejects(score(line, path), { message });
    }
  });

  it('refuses a model of another kind with all that it lacks', () => {
    const refusals: [unknown, string][] = [
      [null, '"format": "linear-model", "formatVersion": 1, target, intercept, features'],
      [{ ...line, format: 'tree', formatVersion: 2 }, '"format": "linear-model", "formatVersion": 1'],
      [{ ...line, target: undefined, features: [] }, 'target, features'],
      [{ ...line, intercept: null, coefficients: { a: 4 } }, 'intercept, the coefficient of b'],
      [{ ...line, scaling: { a: { mean: 1, scale: 0 } } }, 'the scaling of a, the scaling of b'],
    ];
    for (const [model, lacks] of refusals)
      assert.throws(() => parseModel(JSON.stringify(model), 'm.json'), {
        message: `the model m.json is no linear model: it lacks ${lacks}`,
        hint: 'give a model that train has written',
      });
    assert.throws(() => parseModel('PK\x03\x04', 'm.pkl'), { message: /^the model m\.pkl is not JSON \(/ });
  });
});
