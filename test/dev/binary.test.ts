import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, cliVersion, findTemporalBinary } from '../../dev/binary.ts';
import { PipelineError } from '../../errors/error.ts';

const good =
  '#!/bin/sh\necho "temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)"; echo " --ui-disable-news-fetch"\n';
const old = '#!/bin/sh\necho "temporal version 1.1.0 (Server 1.25.0, UI 2.30.3)"\n';
// Stands for Go: writes what it was told to build, slowly enough for a second process to come by.
const go = `#!/bin/sh
echo "$@" >> "$GO_CALLS"
while [ "$1" != -o ]; do shift; done
sleep 0.3
printf '#!/bin/sh\\necho built\\n' > "$2" && chmod +x "$2"
`;

describe('findTemporalBinary', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let lines: string[];
  const log = (line: string): void => void lines.push(line.replaceAll(folder, '<tmp>'));

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'binary-')));
    await mkdir(join(folder, 'bin'));
    lines = [];
    // A proxy nobody runs: no test may depend on whether this machine reaches the download site.
    env = {
      PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
      HOME: folder,
      XDG_CACHE_HOME: join(folder, 'cache'),
      HTTPS_PROXY: 'http://127.0.0.1:1',
      GO_CALLS: join(folder, 'go-calls'),
    };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function program(name: string, text: string): Promise<void> {
    await writeFile(join(folder, 'bin', name), text);
    await chmod(join(folder, 'bin', name), 0o755);
  }

  async function fillCache(): Promise<string> {
    const path = join(cacheFolder(env), 'temporal');
    await mkdir(cacheFolder(env), { recursive: true });
    await writeFile(path, good, { mode: 0o755 });
    return path;
  }

  it('takes a usable temporal on PATH before the cache', async () => {
    await program('temporal', good);
    await fillCache();
    assert.deepEqual(await findTemporalBinary({ env, log }), {
      path: join(folder, 'bin', 'temporal'),
      from: 'PATH',
      newsFlag: true,
    });
    assert.deepEqual(lines, ['Temporal CLI: <tmp>/bin/temporal (PATH)']);
  });

  it('passes over a temporal on PATH that is too old, says so and takes the cache', async () => {
    await program('temporal', old);
    const cached = await fillCache();
    assert.deepEqual(await findTemporalBinary({ env, log }), { path: cached, from: 'cache', newsFlag: true });
    assert.deepEqual(lines, [
      'PATH: <tmp>/bin/temporal is not usable, it answers "temporal version 1.1.0 (Server 1.25.0, UI 2.30.3)" and Server 1.29.1 or newer is needed',
      `Temporal CLI: <tmp>/cache/temporal-azureml/temporal-cli-${cliVersion}/temporal (cache)`,
    ]);
  });

  it('builds with Go when the download fails, and only once when two ask at a time', async () => {
    await program('go', go);
    const found = await Promise.all([findTemporalBinary({ env, log }), findTemporalBinary({ env, log })]);
    const path = join(cacheFolder(env), 'temporal');
    assert.deepEqual(found.map(({ from }) => from).toSorted(), ['build', 'cache']);
    assert.deepEqual([...new Set(found.map((binary) => binary.path))], [path]);
    assert.equal((await readFile(join(folder, 'go-calls'), 'utf8')).trim().split('\n').length, 1);
    assert.deepEqual(await readdir(cacheFolder(env)), ['temporal']);
    assert.equal(
      lines.includes(`waiting for another process that is getting the Temporal CLI ${cliVersion}`),
      true,
    );
    assert.equal(
      lines.includes(`building the Temporal CLI ${cliVersion} with Go, once, about 6 minutes: 0m 0s`),
      true,
    );
  }).timeout(10_000);

  it('gives up a download that does not move', async () => {
    await program('go', go);
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server has no other kind of address
    env['HTTPS_PROXY'] = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    assert.equal((await findTemporalBinary({ env, log, patience: 1500 })).from, 'build');
    assert.equal(lines[0], 'download: temporal.download: nothing came for 1.5 s');
    assert.equal(sockets.length > 0, true);
    for (const socket of sockets) socket.destroy();
    silent.close();
  }).timeout(10_000);

  it('says everything it tried and what to install when nothing works, and leaves nothing behind', async () => {
    await program('go', '#!/bin/sh\necho "go: cannot find GOROOT" >&2; exit 2\n');
    await assert.rejects(findTemporalBinary({ env, log }), (error) => {
      assert.equal(error instanceof PipelineError, true);
      const { code, message, hint } = error as PipelineError;
      assert.equal(code, 'TEMPORAL_BINARY_MISSING');
      const [head, onPath, cache, download, build] = message.replaceAll(folder, '<tmp>').split('\n  ');
      assert.deepEqual(
        [head, onPath, cache, build],
        [
          'no Temporal server can be started here',
          'PATH: there is no temporal',
          `cache: there is no <tmp>/cache/temporal-azureml/temporal-cli-${cliVersion}/temporal`,
          'build: go build ended with code 2: go: cannot find GOROOT',
        ],
      );
      assert.match(download ?? '', /^download: temporal\.download: .+/);
      assert.equal(
        hint,
        'Install the Temporal CLI (https://docs.temporal.io/cli/setup-cli; on macOS: brew install temporal) ' +
          'or Go 1.26.4 or newer, or set TEMPORAL_ADDRESS to a server that is running.',
      );
      return true;
    });
    assert.deepEqual(await readdir(cacheFolder(env)), []);
  }).timeout(10_000);

  it('builds the version it looks for', async () => {
    const goMod = await readFile('dev/temporal-cli/go.mod', 'utf8');
    assert.equal(/github\.com\/temporalio\/cli v(\S+)/.exec(goMod)?.[1], cliVersion);
  });
});
