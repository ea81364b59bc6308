import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { dynamicConfig, searchAttributes } from '../../dev/flags.ts';

interface Service {
  image: string;
  build?: string;
  ports?: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
  restart: string;
  depends_on?: Record<string, { condition: string }>;
}

const read = (path: string): Promise<string> => readFile(path, 'utf8');

describe('docker-compose.yml', () => {
  let services: [string, Service][];
  let volumes: string[];
  before(async () => {
    const file = parse(await read('docker-compose.yml')) as {
      services: Record<string, Service>;
      volumes: object;
    };
    services = Object.entries(file.services);
    volumes = Object.keys(file.volumes);
  });

  it('pins every image', () => {
    assert.deepEqual(Object.fromEntries(services.map(([name, { image }]) => [name, image])), {
      postgresql: 'postgres:17.6-bookworm',
      schema: 'temporalio/admin-tools:1.32.0',
      temporal: 'temporalio/server:1.32.0',
      namespace: 'temporalio/admin-tools:1.32.0',
      ui: 'temporalio/ui:2.54.1',
      worker: 'temporal-azureml/worker:0.1.0',
    });
  });

  it('checks the health of what stays up, and runs the rest once', () => {
    const once = services.filter(([, { restart }]) => restart === 'no').map(([name]) => name);
    const checked = services.filter(([, { healthcheck }]) => healthcheck !== undefined).map(([name]) => name);
    assert.deepEqual(once, ['schema', 'namespace']);
    assert.deepEqual(checked, ['postgresql', 'temporal', 'ui', 'worker']);
  });

  it('waits for what a service needs: healthy where it stays up, done where it runs once', () => {
    const byName = new Map(services);
    for (const [name, { depends_on: needs = {} }] of services) {
      for (const [needed, { condition }] of Object.entries(needs)) {
        const done = byName.get(needed)?.restart === 'no';
        assert.equal(
          condition,
          done ? 'service_completed_successfully' : 'service_healthy',
          `${name} → ${needed}`,
        );
      }
    }
  });

  it('opens its ports to this machine only', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    assert.deepEqual(ports, ['127.0.0.1:${TEMPORAL_PORT:-7233}:7233', '127.0.0.1:${UI_PORT:-8080}:8080']);
  });

  it('mounts files that are there and volumes it declares', async () => {
    const sources = services.flatMap(([, service]) =>
      (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? ''),
    );
    const files = sources.filter((source) => source.startsWith('./'));
    await Promise.all(files.map((file) => access(file)));
    assert.deepEqual(sources.filter((source) => !source.startsWith('./')).toSorted(), volumes.toSorted());
  });

  it('gives the server the dynamic configuration of the development server', async () => {
    const file = parse(await read('docker/dynamicconfig.yaml')) as Record<string, { value: unknown }[]>;
    const expected = Object.entries(dynamicConfig).map(([key, value]) => [key, [{ value }]]);
    assert.deepEqual(file, Object.fromEntries(expected));
  });

  it('registers the search attributes of the development server', async () => {
    const registered = [...(await read('docker/namespace.sh')).matchAll(/--name (\w+) --type (\w+)/g)];
    assert.deepEqual(Object.fromEntries(registered.map(([, name, type]) => [name, type])), {
      ...searchAttributes,
    });
  });
});

describe('Dockerfile', () => {
  it('stands on the Node and C library Temporal has native code for, without root', async () => {
    const dockerfile = await read('Dockerfile');
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    assert.deepEqual(bases, ['node:24-bookworm-slim', 'node:24-bookworm-slim']);
    assert.match(dockerfile, /^USER node$/m);
  });
});
