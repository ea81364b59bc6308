import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { stepEnvironment } from '../../../targets/process/environment.ts';

const command = { command: 'true', cwd: '/', env: {}, logFile: '/dev/null', token: 'token-1' };
const node = dirname(process.execPath);
const home = process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
const usual = {
  NODE_COMPILE_CACHE: join(home, 'temporal-azureml', 'node-compile-cache'),
  PYTHONUNBUFFERED: '1',
  TEMPORAL_AZUREML_ATTEMPT: 'token-1',
};

function pathOf(path: string): string | undefined {
  return stepEnvironment({ PATH: path }, command)['PATH'];
}

describe('the environment of a step', () => {
  it("is the user's, without what belongs to the worker", () => {
    const inherited = {
      PATH: `${node}:/bin`,
      VIRTUAL_ENV: '/venv',
      HTTPS_PROXY: 'http://proxy:3128',
      HF_TOKEN: 'kept',
      AZURE_CLIENT_ID: 'kept',
      AZURE_CLIENT_SECRET: 'dropped',
      AZURE_STORAGE_CONNECTION_STRING: 'dropped',
      IDENTITY_HEADER: 'dropped',
      TEMPORAL_API_KEY: 'dropped',
      TEMPORAL_AZUREML_STORE: 'dropped',
      TEMPORAL_AZUREML_ATTEMPT: 'of another',
      npm_lifecycle_event: 'dropped',
    };
    assert.deepEqual(stepEnvironment(inherited, command), {
      ...usual,
      PATH: `${node}:/bin`,
      VIRTUAL_ENV: '/venv',
      HTTPS_PROXY: 'http://proxy:3128',
      HF_TOKEN: 'kept',
      AZURE_CLIENT_ID: 'kept',
    });
  });

  it('takes what the user or the command sets over its own, but never another token', () => {
    const inherited = { PATH: node, PYTHONUNBUFFERED: '', NODE_COMPILE_CACHE: '/mine' };
    const env = { AZURE_CLIENT_SECRET: 'given', TEMPORAL_AZUREML_ATTEMPT: 'forged' };
    assert.deepEqual(stepEnvironment(inherited, { ...command, env }), {
      PATH: node,
      PYTHONUNBUFFERED: '',
      NODE_COMPILE_CACHE: '/mine',
      AZURE_CLIENT_SECRET: 'given',
      TEMPORAL_AZUREML_ATTEMPT: 'token-1',
    });
  });

  it("puts the worker's Node first only where PATH leads to another one or to none", () => {
    assert.equal(pathOf(`/venv/bin:${node}:/usr/bin`), `/venv/bin:${node}:/usr/bin`);
    assert.equal(pathOf('/venv/bin'), `${node}:/venv/bin`);
  });
});
