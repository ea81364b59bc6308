import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useFolder } from '../folder.ts';
import { usePipeline } from '../pipeline.ts';
import { runClient } from './command.ts';

interface Finding {
  subject: string;
  ok: boolean;
  detail: string;
  fix?: string;
}

describe('doctor', () => {
  const folder = useFolder();

  it('shows every value with where it comes from, masks secrets, gives each cross its fix, and makes nothing', async () => {
    const file = join(folder(), 'temporal.toml');
    const [apiKey, key] = ['abc-secret-api-key', 'abc-secret-key-data'];
    await writeFile(
      file,
      `[profile.default]\naddress = "127.0.0.1:1"\nnamespace = "ml"\napi_key = "${apiKey}"\n` +
        `[profile.mtls]\naddress = "127.0.0.1:1"\n[profile.mtls.tls]\nclient_cert_data = "${key}"\nclient_key_data = "${key}"\n`,
    );
    const store = join(folder(), 'store');
    const env = {
      TEMPORAL_CONFIG_FILE: file,
      TEMPORAL_AZUREML_STORE: store,
      TEMPORAL_AZUREML_MAX_ATTEMPTS: '5',
    };
    const { code, stdout, stderr } = await runClient(['doctor', '-o', 'json'], env);
    assert.deepEqual([code, stderr], [1, '']);
    const findings = JSON.parse(stdout) as Finding[];
    const found = Object.fromEntries(findings.map(({ subject, detail }) => [subject, detail]));
    assert.equal(found['Node'], process.version);
    assert.equal(found['store folder'], `${store} (environment, TEMPORAL_AZUREML_STORE)`);
    assert.equal(found['attempts of a step'], '5 (environment, TEMPORAL_AZUREML_MAX_ATTEMPTS)');
    assert.equal(found['heartbeat timeout, ms'], '5000 (default)');
    assert.equal(found['address'], '127.0.0.1:1 (Temporal profile file)');
    assert.equal(found['namespace'], 'ml (Temporal profile file)');
    assert.equal(found['security'], 'TLS, API key ******** (Temporal profile file)');
    assert.equal(found['store'], 'not there yet; start or a worker makes it');
    assert.ok(!existsSync(store));
    assert.deepEqual(
      findings.filter(({ ok }) => !ok),
      [
        {
          subject: 'server',
          ok: false,
          detail: 'No Temporal server answers at 127.0.0.1:1: nothing listens there.',
          fix: 'Start one: npm run dev. For another server set TEMPORAL_ADDRESS; npm run client -- doctor shows what is used.',
        },
      ],
    );
    const rows = await runClient(['doctor', '--profile', 'mtls'], env);
    assert.match(rows.stdout, /^ok\tsecurity\tTLS, client certificate \(Temporal profile file\)$/m);
    assert.match(rows.stdout, /^wrong\tserver\tNo Temporal server .*\tStart one: npm run dev\./m);
    const lines = await runClient(['doctor', '-o', 'jsonl', '--debug'], env);
    assert.equal(lines.stdout.trim().split('\n').length, findings.length);
    for (const text of [stdout, rows.stdout, rows.stderr, lines.stdout, lines.stderr])
      assert.doesNotMatch(text, /abc-secret/);
  });

  describe('with a server', () => {
    const pipeline = usePipeline();

    it('looks at the server, the queues, the registry, the space and the deployment', async () => {
      const { store } = pipeline();
      const registry = join(folder(), 'registry');
      await mkdir(registry);
      const { stdout } = await runClient(['doctor', '-o', 'json'], {
        TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
        TEMPORAL_CONFIG_FILE: process.env['TEMPORAL_CONFIG_FILE'],
        TEMPORAL_AZUREML_STORE: store.root,
        TEMPORAL_AZUREML_REGISTRY: registry,
      });
      const findings = JSON.parse(stdout) as Finding[];
      const found = Object.fromEntries(findings.map(({ subject, detail }) => [subject, detail]));
      assert.equal(found['store'], `can be written, id ${store.id}`);
      assert.equal(found['registry'], 'can be written, 0 models');
      assert.match(found['space']!, /^\d+\.\d [GT]B free where the store is$/);
      assert.match(found['server']!, /^Temporal \d+\.\d+\.\d+ answers$/);
      assert.match(found['namespace']!, /^default, keeps ended runs for \d+ hours$|^default \(/);
      const poller = new RegExp(`^1 pollers: ${process.pid}@${hostname()}$`);
      for (const queue of ['', 'io-', 'compute-'])
        assert.match(found[`queue temporal-azureml-${queue}${store.id}`]!, poller);
      assert.equal(found['store, shared'], undefined);
      assert.equal(found['deployment'], 'no build is current: workers without a build id take every run');
      for (const { ok, fix } of findings) assert.equal(fix === undefined, ok);
    });
  });
});
