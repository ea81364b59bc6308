import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSweep, sweepFolder } from '../../store/sweep.ts';
import { sweepProgressQuery } from '../../workflows/sweep-messages.ts';
import { usePipeline } from '../pipeline.ts';
import { startSweep } from './sweep.ts';

describe('a sweep', () => {
  const pipeline = usePipeline();

  it('trains with each combination, finds the best and leaves a table and a figure', async () => {
    const handle = await startSweep(pipeline().client, pipeline());
    const result = await handle.result();
    assert.equal(result.state, 'completed');
    assert.deepEqual(
      result.results
        .map(({ index, state, value }) => ({ index, state, value }))
        .toSorted((a, b) => a.index - b.index),
      [0.1, 0.4, 0.3, 0.2].map((value, index) => ({ index, state: 'completed', value })),
    );
    assert.equal(result.best?.index, 1);
    assert.deepEqual(await handle.query(sweepProgressQuery), result);
    assert.deepEqual(await readSweep(pipeline().store, handle.workflowId), result);
  });
});
