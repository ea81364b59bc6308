import assert from 'node:assert/strict';
import { PipelineError } from '../../errors/error.ts';
import { defaultUiUrl } from '../../report/link.ts';
import { readWorkerConfig } from '../../worker/config.ts';

describe("a worker's configuration", () => {
  it('has defaults, and takes a variable that is set to nothing for one that is not set', () => {
    const { slots, ...config } = readWorkerConfig({ TEMPORAL_AZUREML_BUILD_ID: '' }, '/project');
    assert.ok(slots >= 1);
    assert.deepEqual(config, {
      store: '/project/.temporal-azureml/store',
      root: '/project',
      queues: ['workflows', 'io', 'compute'],
      drain: 30_000,
      heartbeatInterval: 500,
      uiUrl: defaultUiUrl,
      jsonLogs: false,
    });
  });

  it('names every value that is wrong', () => {
    const env = {
      TEMPORAL_AZUREML_SLOTS: 'many',
      TEMPORAL_AZUREML_QUEUES: 'io,gpu',
      TEMPORAL_AZUREML_DRAIN: '-1',
      TEMPORAL_AZUREML_BUILD_ID: 'a b',
    };
    assert.throws(
      () => readWorkerConfig(env, '/project'),
      new PipelineError(
        'CONFIG_INVALID',
        'TEMPORAL_AZUREML_SLOTS must be a whole number above 0, not many; ' +
          'TEMPORAL_AZUREML_QUEUES must be some of workflows,io,compute, not io,gpu; ' +
          'TEMPORAL_AZUREML_DRAIN must be a number of seconds, not -1; ' +
          'TEMPORAL_AZUREML_BUILD_ID must be auto, or letters, digits, dots and dashes, not a b.',
        { hint: 'Change it in the environment or in .env, or leave it out.' },
      ),
    );
  });
});
