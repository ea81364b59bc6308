import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { findTemporalBinary, type TemporalBinary } from '../../dev/binary.ts';
import { searchAttributes } from '../../dev/flags.ts';
import { findFreePort, isServing } from '../../dev/probe.ts';
import { findServer } from '../../dev/record.ts';
import { startServer } from '../../dev/server.ts';

const log = (): void => {};

describe('startServer', function () {
  this.timeout(20_000);
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'server-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  it('serves on free ports with Web UI and our search attributes, and leaves no process', async () => {
    const server = await startServer({ log });
    const connection = await Connection.connect({ address: server.address });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    const ui = await fetch(server.uiUrl ?? '');
    assert.deepEqual(
      Object.keys(searchAttributes).filter((name) => !(name in customAttributes)),
      [],
    );
    assert.equal(ui.status, 200);
    await connection.close();
    await server.stop();
    await gone(server.pid);
    assert.equal(await isServing(server.address), false);
  });

  it('has no Web UI when headless', async () => {
    const server = await startServer({ log, headless: true });
    assert.equal(server.uiUrl, undefined);
    await server.stop();
  });

  it('says who serves a database file, refuses it to a second server, and can be stopped at once', async () => {
    const databaseFile = join(folder, 'dev.db');
    const server = await startServer({ log, databaseFile });
    const { address, uiUrl, pid } = server;
    assert.deepEqual(await findServer(databaseFile), { address, uiUrl, pid });
    await assert.rejects(startServer({ log, databaseFile }), {
      code: 'DATABASE_IN_USE',
      message: `${databaseFile} is served at ${address} by process ${pid}`,
      hint: `Use that server (TEMPORAL_ADDRESS=${address}) or stop it: kill ${pid}`,
    });
    await server.stop({ now: true });
    assert.equal(await findServer(databaseFile), undefined);
    await access(`${databaseFile}.log`);
  });

  it('refuses a port another program has', async () => {
    const other = await listen();
    const port = portOf(other);
    await assert.rejects(startServer({ log, port, headless: true }), {
      code: 'PORT_IN_USE',
      message: `port ${port} is taken by another program`,
      hint: `Stop that program (lsof -i :${port} names it) or give another port.`,
    });
    other.close();
  });

  it('refuses a port a Temporal server has and names the way to use that one', async () => {
    const server = await startServer({ log, headless: true });
    const port = Number(server.address.split(':')[1]);
    await assert.rejects(startServer({ log, port, headless: true }), {
      code: 'PORT_IN_USE',
      message: `port ${port} is taken by a Temporal server`,
      hint: `Use that server (TEMPORAL_ADDRESS=${server.address}) or give another port.`,
    });
    await server.stop();
  });

  it('refuses when the Web UI has no port, 1000 above the given one', async () => {
    const other = await listen();
    const uiPort = portOf(other);
    await assert.rejects(startServer({ log, port: uiPort - 1000 }), {
      message: `port ${uiPort} is taken by another program`,
    });
    other.close();
  });

  it('gives the last lines of a server that ends before it serves', async () => {
    const path = join(folder, 'broken');
    await writeFile(path, '#!/bin/sh\necho "unable to open database" >&2\nexit 3\n', { mode: 0o755 });
    const binary: TemporalBinary = { path, from: 'PATH', newsFlag: false };
    await assert.rejects(startServer({ log, binary, port: await findFreePort(), headless: true }), {
      code: 'SERVER_FAILED',
      message: `the Temporal server (${path}) ended with code 3 before it served\nunable to open database`,
    });
  });

  it('starts again on other ports where the server lost one of them to itself or another program', async () => {
    const real = await findTemporalBinary({ env: process.env, log });
    const path = join(folder, 'unlucky');
    const script = `#!/bin/sh
[ -e ${path}.once ] && exec ${real.path} "$@"
touch ${path}.once
echo "listen tcp 127.0.0.1:1: bind: address already in use" >&2
exit 1
`;
    await writeFile(path, script, { mode: 0o755 });
    const server = await startServer({ log, binary: { ...real, path }, headless: true });
    await access(`${path}.once`);
    assert.equal(await isServing(server.address), true);
    await server.stop();
  });

  it('ends with the process that started it when that one is killed', async () => {
    const program = `
      import { startServer } from ${JSON.stringify(new URL('../../dev/server.ts', import.meta.url).href)};
      const { pid, address } = await startServer({ log: () => {}, headless: true });
      console.log(JSON.stringify({ pid, address }));
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
    const { address } = JSON.parse(line) as { address: string };
    assert.equal(await isServing(address), true);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    const deadline = performance.now() + 2000;
    while (await isServing(address))
      assert.equal(performance.now() < deadline, true, 'the server still serves');
  });

  it('tells when the server ends by itself', async () => {
    const server = await startServer({ log, headless: true });
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
    assert.equal(await isServing(server.address), false);
  });
});

async function listen(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

/** Resolves when no process of the server's group lives, its watcher included; zombies wait for init and count as gone. */
async function gone(group: number): Promise<void> {
  const deadline = performance.now() + 1000;
  for (;;) {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,stat=,args=']);
    const alive = stdout.split('\n').filter((line) => new RegExp(`^\\s*${group}\\s+[^Z]`).test(line));
    if (alive.length === 0) return;
    assert.ok(performance.now() < deadline, alive.join('\n'));
  }
}
