import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../../client/config.ts';
import { readConnection } from '../../client/profile.ts';
import { useFolder } from '../folder.ts';

describe('client/config', () => {
  const folder = useFolder();
  const empty = { TEMPORAL_CONFIG_FILE: join(import.meta.dirname, 'no-such-profile.toml') };

  it('has a default for everything, relative to the project folder', async () => {
    const config = readConfig({}, empty, '/project');
    assert.deepEqual(config.store, { value: '/project/.temporal-azureml/store', source: 'default' });
    assert.deepEqual(config.registry, { value: '/project/.temporal-azureml/registry', source: 'default' });
    const { address, namespace, security } = await readConnection(config);
    assert.deepEqual(
      [address, namespace, security],
      [
        { value: '127.0.0.1:7233', source: 'default' },
        { value: 'default', source: 'default' },
        { value: 'none', source: 'default' },
      ],
    );
  });

  it('takes a flag before the environment before .env before the profile file, and says which', async () => {
    const profile = join(folder(), 'temporal.toml');
    await writeFile(
      profile,
      '[profile.default]\naddress = "profile:1"\nnamespace = "profile"\napi_key = "very secret"\n',
    );
    await writeFile(
      join(folder(), '.env'),
      'TEMPORAL_ADDRESS=dotenv:1\nTEMPORAL_AZUREML_STORE=from-dotenv\nTEMPORAL_UI_URL=http://dotenv\n',
    );
    const env = {
      TEMPORAL_CONFIG_FILE: profile,
      TEMPORAL_UI_URL: 'http://env',
      TEMPORAL_AZUREML_REGISTRY: '',
    };
    const config = readConfig({ namespace: 'flagged' }, env, folder());
    assert.deepEqual(
      [config.store, config.registry.source, config.uiUrl],
      [
        { value: join(folder(), 'from-dotenv'), source: '.env, TEMPORAL_AZUREML_STORE' },
        'default',
        { value: 'http://env', source: 'environment, TEMPORAL_UI_URL' },
      ],
    );
    const { address, namespace, security } = await readConnection(config);
    assert.deepEqual(
      [address, namespace, security],
      [
        { value: 'dotenv:1', source: '.env, TEMPORAL_ADDRESS' },
        { value: 'flagged', source: 'flag --namespace' },
        { value: 'TLS, API key ********', source: 'Temporal profile file' },
      ],
    );
    await writeFile(join(folder(), '.env'), '');
    const profiled = await readConnection(readConfig({}, env, folder()));
    assert.deepEqual(profiled.address, { value: 'profile:1', source: 'Temporal profile file' });
  });

  it('names every value that is wrong', () => {
    const env = { TEMPORAL_AZUREML_MAX_ATTEMPTS: 'many', TEMPORAL_AZUREML_HEARTBEAT_TIMEOUT: '0' };
    assert.throws(() => readConfig({}, env, '/project'), {
      code: 'CONFIG_INVALID',
      message:
        'TEMPORAL_AZUREML_HEARTBEAT_TIMEOUT must be a whole number above 0, not 0; ' +
        'TEMPORAL_AZUREML_MAX_ATTEMPTS must be a whole number above 0, not many.',
    });
  });
});
