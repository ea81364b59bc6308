import assert from 'node:assert/strict';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { environmentFor } from '../../dev/environment.ts';

describe('environmentFor', () => {
  const server = { address: '127.0.0.1:7233', uiUrl: 'http://localhost:8233' };

  it('connects to this server whatever key, profile or certificate the user has', () => {
    const env = environmentFor(server, {
      HOME: '/home/ana',
      TEMPORAL_ADDRESS: 'team.tmprl.cloud:7233',
      TEMPORAL_NAMESPACE: 'team.a1b2c',
      TEMPORAL_API_KEY: 'key',
      TEMPORAL_PROFILE: 'cloud',
      TEMPORAL_CONFIG_FILE: '/home/ana/temporal.toml',
      TEMPORAL_TLS_CLIENT_CERT_PATH: '/home/ana/client.pem',
      TEMPORAL_GRPC_META_TEAM: 'a',
    });
    const overrideEnvVars = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value ?? '']),
    );
    assert.deepEqual(loadClientConnectConfig({ overrideEnvVars }), {
      connectionOptions: {
        address: '127.0.0.1:7233',
        apiKey: undefined,
        metadata: undefined,
        tls: undefined,
      },
      namespace: 'default',
    });
  });

  it('keeps the rest, our own settings included', () => {
    const { HOME, TEMPORAL_UI_URL, TEMPORAL_AZUREML_STORE } = environmentFor(server, {
      HOME: '/home/ana',
      TEMPORAL_UI_URL: 'https://cloud.temporal.io',
      TEMPORAL_AZUREML_STORE: '/data',
    });
    assert.deepEqual(
      { HOME, TEMPORAL_UI_URL, TEMPORAL_AZUREML_STORE },
      { HOME: '/home/ana', TEMPORAL_UI_URL: 'http://localhost:8233', TEMPORAL_AZUREML_STORE: '/data' },
    );
  });
});
