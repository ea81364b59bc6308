import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { isServing } from '../../dev/probe.ts';

const say = 'const { TEMPORAL_ADDRESS, TEMPORAL_UI_URL, TEMPORAL_API_KEY } = process.env;';

describe('with-server', function () {
  this.timeout(10_000);

  it('runs the command with a server of its own, passes its exit code on and stops the server', async () => {
    const ran = await run(
      [
        'node',
        '-e',
        `${say} console.log(TEMPORAL_ADDRESS, TEMPORAL_UI_URL, TEMPORAL_API_KEY); process.exit(3)`,
      ],
      {
        TEMPORAL_API_KEY: 'a key for another server',
      },
    );
    const [address = '', uiUrl = '', apiKey] = ran.stdout.trim().split(' ');
    assert.deepEqual([ran.code, apiKey], [3, 'undefined']);
    assert.match(address, /^127\.0\.0\.1:\d+$/);
    assert.match(uiUrl, /^http:\/\/localhost:\d+$/);
    assert.equal(await isServing(address), false);
  });

  it('starts none where TEMPORAL_ADDRESS names one', async () => {
    const env = { TEMPORAL_ADDRESS: 'temporal.example:7233' };
    const ran = await run(['node', '-e', `${say} console.log(TEMPORAL_ADDRESS)`], env);
    assert.deepEqual(ran, { code: 0, stdout: 'temporal.example:7233\n', stderr: '' });
  });

  it('finds the programs of this project', async () => {
    const ran = await run(['mocha', '--version'], { TEMPORAL_ADDRESS: 'temporal.example:7233' });
    assert.equal(ran.code, 0);
    assert.match(ran.stdout, /^12\./);
  });

  it('passes a signal on, waits for the command and then stops the server', async () => {
    const program = `${say}
      process.on('SIGTERM', () => { console.log('terminated'); process.exit(9); });
      console.log(TEMPORAL_ADDRESS); setInterval(() => {}, 1000);`;
    const child = start(['node', '-e', program]);
    const lines = createInterface(child.stdout!);
    const [address] = (await once(lines, 'line')) as [string];
    child.kill('SIGTERM');
    const [[farewell], [code]] = (await Promise.all([once(lines, 'line'), once(child, 'exit')])) as [
      [string],
      [number],
    ];
    assert.deepEqual([farewell, code], ['terminated', 9]);
    assert.equal(await isServing(address), false);
  });

  it('ends with 128 and its number when a signal ended the command', async () => {
    const ran = await run(['sh', '-c', 'kill -KILL $$'], { TEMPORAL_ADDRESS: 'temporal.example:7233' });
    assert.equal(ran.code, 137);
  });

  it('names a command that is not there', async () => {
    const ran = await run(['no-such-command'], { TEMPORAL_ADDRESS: 'temporal.example:7233' });
    assert.deepEqual(ran, {
      code: 127,
      stdout: '',
      stderr: 'no-such-command: spawn no-such-command ENOENT\n',
    });
  });

  it('says how it is used without a command', async () => {
    const ran = await run([]);
    assert.deepEqual(ran, {
      code: 2,
      stdout: '',
      stderr: 'no command given\nnode dev/with-server.ts <command> [args…]\n',
    });
  });
});

function start(args: string[], extra: NodeJS.ProcessEnv = {}): ChildProcess {
  const { TEMPORAL_ADDRESS: _, ...env } = process.env;
  return spawn(process.execPath, ['dev/with-server.ts', ...args], {
    env: { ...env, ...extra },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(
  args: string[],
  extra?: NodeJS.ProcessEnv,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(args, extra);
  const out = { stdout: '', stderr: '' };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (out.stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...out };
}
