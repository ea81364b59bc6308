import assert from 'node:assert/strict';
import { findFlows, findRows } from '../../report/flow.ts';

const reads = (...paths: string[]) => ({
  record: { inputs: Object.fromEntries(paths.map((path) => [path, { path, digest: '' }])) } as never,
});
const makes = (...paths: string[]) => ({
  outputs: Object.fromEntries(paths.map((path) => [path, { path, digest: '' }])),
});

describe('what flows between steps', () => {
  it('is found by the outputs a step reads, or reads from, and sets the rows', () => {
    const flows = findFlows([
      { ...reads(), ...makes('X', 'y') },
      { ...reads('X'), ...makes('a') },
      { ...reads('X', 'y'), ...makes('b') },
      { ...reads('a/model.json', 'b', 'y', 'elsewhere', 'ab') },
    ]);
    assert.deepEqual(flows, [
      { from: 0, to: 1, outputs: ['X'] },
      { from: 0, to: 2, outputs: ['X', 'y'] },
      { from: 0, to: 3, outputs: ['y'] },
      { from: 1, to: 3, outputs: ['a'] },
      { from: 2, to: 3, outputs: ['b'] },
    ]);
    assert.deepEqual(findRows(4, flows), [0, 1, 1, 2]);
  });

  it('is the order of the steps as long as one has not run', () => {
    const flows = findFlows([{ record: undefined }, { record: undefined }]);
    assert.deepEqual(flows, [{ from: 0, to: 1, outputs: [] }]);
  });
});
