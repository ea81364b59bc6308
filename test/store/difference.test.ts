import assert from 'node:assert/strict';
import { describeDifference } from '../../store/difference.ts';
import type { ReuseParts } from '../../store/reuse.ts';

describe('the difference between two results of a step', () => {
  const before: ReuseParts = {
    component: 'c1',
    code: { 'train.ts': 'a', 'fit.ts': 'b' },
    environment: 'node v24.21.0, packages 11111111',
    inputs: { test_size: 0.2, data_X: 'sha256:1' },
  };

  it('names parameters with both values, and inputs that changed', () => {
    const after = { ...before, inputs: { test_size: 0.3, data_X: 'sha256:2', seed: 1 } };
    assert.deepEqual(describeDifference(before, after), [
      'test_size 0.2 → 0.3',
      'data_X changed',
      'seed nothing → 1',
    ]);
  });

  it('names changed files, at most three', () => {
    const after = { ...before, code: { 'train.ts': 'x', 'a.ts': '', 'b.ts': '', 'c.ts': '', 'fit.ts': 'b' } };
    assert.deepEqual(describeDifference(before, after), ['code changed: a.ts, b.ts, c.ts and 1 more']);
  });

  it('names the environment and a component file outside the code', () => {
    const after = { ...before, component: 'c2', environment: 'node v26.1.0, packages 11111111' };
    assert.deepEqual(describeDifference(before, after), [
      'component file changed',
      'environment node v24.21.0, packages 11111111 → node v26.1.0, packages 11111111',
    ]);
  });

  it('is empty where nothing differs', () => {
    assert.deepEqual(describeDifference(before, structuredClone(before)), []);
  });
});
