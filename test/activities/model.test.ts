import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelRecord } from '../../registry/record.ts';
import { readRun } from '../../store/run.ts';
import { approveSignal, progressQuery } from '../../workflows/messages.ts';
import { usePipeline } from '../pipeline.ts';
import { until } from '../until.ts';

const program = join(import.meta.dirname, '..', '..', 'steps', 'register_model.ts');

describe('the record of a run with a model', () => {
  const pipeline = usePipeline({
    train: 'echo "{\\"r2\\": $2}" > outputs/metrics.json; echo "{}" > "$1/$6.json"',
    register_model: `node ${program} --model_dir="$1" --model_name="$2" --registry="$3" --run_id="$4"`,
  });

  it('is in the store, and with the model it registered: with its numbers, data, code and approval', async () => {
    const handle = await pipeline().start({ input: { approval: { before: 'register_model' } } });
    await until(async () => (await handle.query(progressQuery)).state === 'awaiting approval');
    await handle.signal(approveSignal, { by: 'ann', reason: 'looks good' });
    const progress = await handle.result();
    const folder = join(pipeline().root, 'registry', 'diabetes', '1');
    const record = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as ModelRecord;
    const { approval, data, startedAt, finishedAt, ...rest } = record;
    assert.deepEqual(rest, {
      runId: handle.workflowId,
      executionId: handle.firstExecutionRunId,
      pipeline: 'training',
      state: 'completed',
      startedBy: 'test',
      metrics: { r2: 0.2 },
      parameters: progress.parameters,
      code: progress.snapshot,
    });
    assert.deepEqual([startedAt, finishedAt], [progress.startedAt, progress.finishedAt]);
    assert.deepEqual(approval, {
      decision: 'approved',
      by: 'ann',
      reason: 'looks good',
      at: approval?.at,
    });
    assert.equal(`data/${data['data']?.sha256}/${data['data']?.file}`, progress.parameters['data']);
    const stored = await readRun(pipeline().store, handle.workflowId);
    assert.equal(stored?.state, 'completed');
  });

  it('is whole in the store where there is no folder for the model', async () => {
    await pipeline().writeScripts({
      register_model:
        'echo "{\\"name\\": \\"m\\", \\"version\\": 1, \\"uri\\": \\"azureml:m:1\\"}" > outputs/model.json',
    });
    const handle = await pipeline().start();
    await handle.result();
    const stored = await readRun(pipeline().store, handle.workflowId);
    assert.deepEqual(stored?.model, { name: 'm', version: 1, uri: 'azureml:m:1' });
  });
});
