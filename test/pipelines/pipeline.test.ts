import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPipeline, trainingPipeline } from '../../pipelines/pipeline.ts';
import { useFolder } from '../folder.ts';

describe('the pipeline of a folder', () => {
  const folder = useFolder();
  const write = (text: string): Promise<void> => writeFile(join(folder(), 'temporal-azureml.json'), text);

  it('is this project’s own where none is described', async () => {
    assert.equal(await readPipeline(join(folder(), 'elsewhere')), trainingPipeline);
  });

  it('is what temporal-azureml.json describes; an approval is before the last step unless it says otherwise', async () => {
    const described = { name: 'fit', body: 'src/pipeline.ts', steps: { load: 'load.yml', fit: 'fit.yml' } };
    await write(JSON.stringify(described));
    const pipeline = {
      name: 'fit',
      steps: described.steps,
      parameters: {},
      approval: 'fit',
      trial: undefined,
      body: join(folder(), 'src/pipeline.ts'),
    };
    assert.deepEqual(await readPipeline(folder()), pipeline);
    await write(JSON.stringify({ ...described, approval: 'load' }));
    assert.deepEqual(await readPipeline(folder()), { ...pipeline, approval: 'load' });
  });

  it('has a sweep stop before the step that it names for approval', async () => {
    const steps = { load: 'load.yml', fit: 'fit.yml', publish: 'publish.yml' };
    await write(JSON.stringify({ name: 'fit', body: 'pipeline.ts', steps, approval: 'publish' }));
    assert.equal((await readPipeline(folder())).trial, 'fit');
  });

  it('is refused with everything that is wrong', async () => {
    await write(
      JSON.stringify({
        name: 'my pipeline',
        body: 'pipeline.py',
        steps: { fit: 1 },
        parameters: {
          rate: { type: 'number', default: '0.1' },
          seed: { type: 'int', default: 1 },
          n: { type: 'integer', flag: '-n' },
        },
      }),
    );
    const error = await readPipeline(folder()).then(
      () => assert.fail('it was read'),
      (reason: Error) => reason,
    );
    assert.match(error.message, /temporal-azureml\.json does not describe a pipeline: /);
    for (const part of [
      'name: has to be letters, digits and underscores',
      'body: has to name a .ts or a .js file',
      'steps.fit: ',
      'parameters.rate.default: default must be a number, not "0.1"',
      'parameters.seed.type: ',
      'parameters.n.flag: has to look like "--learning-rate <number>"',
    ])
      assert.ok(error.message.includes(part), `${part} in ${error.message}`);
  });

  it('is refused where it is no JSON', async () => {
    await write('{ "name": ');
    await assert.rejects(readPipeline(folder()), { code: 'PIPELINE_INVALID', message: /SyntaxError/ });
  });
});
