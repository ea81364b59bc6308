import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { useFolder } from '../folder.ts';
import { until } from '../until.ts';
import { startWorkerProcess, useWorker } from '../worker.ts';
import { runClient, startClient, type Ended, environmentIn } from './command.ts';

const root = join(import.meta.dirname, '..', '..');
const numbers = { mse: 4150.680189329983, r2: 0.19057346847560164 };

interface Summary {
  runId: string;
  state: string;
  parameters: Record<string, unknown>;
  metrics: { mse: number; r2: number };
  model: { name: string; version: number; uri: string };
  steps: {
    name: string;
    state: string;
    attempt: number;
    reused: string | null;
    reason: string;
    seconds: number;
  }[];
  overheadSeconds: number;
}

describe('the client with a server', () => {
  const folder = useFolder();
  let env: NodeJS.ProcessEnv;
  const client = (...args: string[]): Promise<Ended> => runClient(args, env);
  const prefix = `client-${process.pid}-${Date.now().toString(36)}`;

  before(() => {
    env = environmentIn(folder());
  });

  describe('and a worker', () => {
    useWorker(root, () => env);

    const first = `${prefix}-first`;
    let second: Summary;

    it('start --watch in a pipe says each change once and ends with the two lines of the tutorial', async () => {
      const { code, stdout, stderr } = await client('start', '--watch', '--id', first);
      assert.equal(code, 0, stderr);
      const lines = stdout.trimEnd().split('\n');
      const changes = lines.filter((line) => /^\d{4}-/.test(line)).map((line) => line.slice(25));
      assert.equal(changes[0], `${first} running`);
      assert.equal(changes.at(-1), `${first} completed`);
      assert.deepEqual(new Set(changes).size, changes.length);
      const result = lines.slice(changes.length);
      assert.ok(isClose(Number(result[0]?.replace('Mean squared error:  ', '')), numbers.mse), result[0]);
      assert.ok(
        isClose(Number(result[1]?.replace('Coefficient of determination:  ', '')), numbers.r2),
        result[1],
      );
      assert.match(result[2]!, /^Model {3}diabetes version 1 {2}file:\/\/\/.*\/registry\/diabetes\/1$/);
      assert.match(result[3]!, /^Figure {2}\/.*\/fig\.png$/);
      assert.equal(result[4], 'prep_data ran: no earlier result in this store');
      assert.match(
        result.at(-1)!,
        new RegExp(`^Temporal {2}http://ui/namespaces/default/workflows/${first}/.*/history$`),
      );
      assert.match(stderr, new RegExp(`Next: npm run client -- show ${first}\n`));
    });

    it('start --watch -o json ends with one object, which says what was reused and why', async () => {
      const { code, stdout } = await client('start', '-w', '-o', 'json', '--test-size', '0.2');
      assert.equal(code, 0);
      second = JSON.parse(stdout) as Summary;
      assert.equal(second.state, 'completed');
      assert.ok(isClose(second.metrics.mse, numbers.mse));
      assert.ok(isClose(second.metrics.r2, numbers.r2));
      assert.deepEqual([second.model.name, second.model.version], ['diabetes', 2]);
      assert.equal(second.parameters['test_size'], 0.2);
      const { seconds, ...prepared } = second.steps[0]!;
      assert.equal(seconds, 0);
      assert.deepEqual(prepared, {
        name: 'prep_data',
        state: 'done',
        attempt: 1,
        reused: first,
        reason: `same code, data and parameters as run ${first}`,
        detail: null,
        fraction: null,
        failure: null,
      });
      assert.ok(second.overheadSeconds > 0 && second.overheadSeconds < 30);
    });

    it('a failed run ends with exit code 1 and the last lines of the step', async () => {
      const { code, stdout } = await client('start', '-w', '--features', 'nope');
      assert.equal(code, 1);
      assert.match(
        stdout,
        / failed\nprep_data failed: exit code 1: .* has no column for the feature nope\n {2}\| error: /,
      );
    });

    it('refuses the id of a run that has ended', async () => {
      const { code, stdout, stderr } = await client('start', '--id', first);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(
        stderr,
        new RegExp(`^error: The run id ${first} was used by a run that has ended: completed\\.\n`),
      );
    });

    it('list and show read Temporal and the store', async () => {
      const list = await client('list', '--limit', '50');
      const row = list.stdout.split('\n').find((line) => line.startsWith(`${first}\t`));
      assert.deepEqual(
        row?.split('\t').filter((_, index) => index !== 2 && index !== 3 && index !== 5),
        [first, 'completed', '0.2', 'diabetes:1'],
      );
      const show = await client('show', first);
      assert.match(show.stdout, /\n {2}test_size {2}0\.2\n[^]*\nArtefacts\n[^]*fig\.png/);
      const jsonl = await client('list', '-o', 'jsonl', '--status', 'failed');
      for (const line of jsonl.stdout.trim().split('\n'))
        assert.equal((JSON.parse(line) as Summary).state, 'failed');
    });

    it('show reads the record where Temporal is not there', async () => {
      const away = { ...env, TEMPORAL_ADDRESS: '127.0.0.1:1' };
      const { code, stdout, stderr } = await runClient(['show', first, '-o', 'json'], away);
      assert.equal(code, 0);
      assert.equal((JSON.parse(stdout) as Summary).model.version, 1);
      assert.match(
        stderr,
        /^No Temporal server answers at 127\.0\.0\.1:1: .*This is the record in the store\.\n$/,
      );
    });

    it('progress is a table in a pipe', async () => {
      const { stdout } = await client('progress', second.runId);
      assert.deepEqual(
        stdout.split('\n').map((line) => line.split('\t').slice(0, 3)),
        [['prep_data', 'done', '1'], ['train', 'done', '1'], ['register_model', 'done', '1'], ['']],
      );
    });

    it('download copies what a step has left into a new folder, and overwrites nothing', async () => {
      const { code, stdout } = await client('download', second.runId, 'train', '--to', 'copied');
      assert.equal(code, 0);
      const copied = join(folder(), 'copied');
      assert.ok(stdout.split('\n').includes(`${copied}/train/outputs/metrics.json`), stdout);
      const metrics = JSON.parse(
        await readFile(join(copied, 'train/outputs/metrics.json'), 'utf8'),
      ) as Summary['metrics'];
      assert.ok(isClose(metrics.mse, numbers.mse));
      const again = await client('download', second.runId, '--to', 'copied');
      assert.deepEqual([again.code, again.stdout], [2, '']);
      assert.ok((await readdir(folder())).every((name) => !name.startsWith('.download-')));
    });

    it('models are listed, shown and downloaded', async () => {
      const list = await client('models', 'list', 'diabetes');
      assert.deepEqual(
        list.stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.split('\t').slice(0, 2).join(':')),
        ['diabetes:2', 'diabetes:1'],
      );
      const show = await client('models', 'show', 'diabetes:1', '-o', 'json');
      assert.ok(isClose((JSON.parse(show.stdout) as Summary).metrics.mse, numbers.mse));
      const download = await client('models', 'download', 'diabetes');
      assert.ok(download.stdout.includes(`${folder()}/diabetes-2/diabetes.json\n`), download.stdout);
      const missing = await client('models', 'show', 'diabetes:9');
      assert.equal(
        missing.stderr,
        `error: The registry ${folder()}/registry has no model diabetes:9.\ndiabetes has versions 1 to 2.\n`,
      );
    });

    it('step run runs one step here, with the inputs of the latest run', async () => {
      const { code, stdout, stderr } = await client('step', 'run', 'train', '--input', 'test_size=0.3');
      assert.equal(code, 0, stderr);
      assert.match(
        stderr,
        /inputs as in run .*\nMean squared error:  .*\nCoefficient of determination:  .*\ntrain done in /,
      );
      const [, model = ''] = /^model_dir\t(.*)$/m.exec(stdout) ?? [];
      assert.deepEqual(await readdir(model), ['diabetes.json']);
    });

    it('params changes what no step has used, and refuses the rest', async () => {
      const data = join(folder(), 'large.csv');
      await writeRows(data, 400_000);
      const id = `${prefix}-params`;
      const watched = startClient(['start', '-w', '--id', id, '--data', 'large.csv', '-o', 'jsonl'], env);
      await new Promise<void>((resolve) => {
        watched.child.stdout!.on('data', (text: string) => {
          if (text.includes('"state":"running","attempt":1')) resolve();
        });
      });
      // The step stands still until both have been asked for.
      let stopped: number[] = [];
      await until(async () => {
        stopped = await findProcesses(`${folder()}/`, 'prep_data.ts');
        return stopped.length > 0;
      });
      for (const pid of stopped) process.kill(pid, 'SIGSTOP');
      const taken = await client('params', id, '--model-name', 'other', '-o', 'json');
      const refused = await client('params', id, '--features', 's5');
      for (const pid of stopped) process.kill(pid, 'SIGCONT');
      assert.equal(taken.code, 0, taken.stderr);
      assert.equal((JSON.parse(taken.stdout) as Record<string, unknown>)['model_name'], 'other');
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        new RegExp(`^error: Run ${id} refuses: features was used by prep_data already`),
      );
      const { code, stdout } = await watched.ended;
      assert.equal(code, 0);
      const last = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Summary;
      assert.equal(last.model.name, 'other');
      const late = await client('params', id, '--seed', '3');
      assert.equal(late.code, 1);
      assert.match(late.stderr, new RegExp(`^error: Run ${id} has ended: completed\\.\n`));
    });

    it('doctor finds nothing wrong', async () => {
      const { code, stdout } = await client('doctor');
      assert.equal(code, 0, stdout);
      assert.match(stdout, /^ok\tqueue temporal-azureml-compute-[0-9a-f]{8}\t\d+ pollers: .*$/m);
    });

    it('a run, a namespace or a parameter that is not there is said', async () => {
      const run = await client('watch', 'nope');
      assert.deepEqual(
        [run.code, run.stderr.split('\n')[0]],
        [2, 'error: There is no run nope in namespace default, and no record of it in the store.'],
      );
      const namespace = await client('start', '--namespace', 'nowhere');
      assert.equal(namespace.code, 5);
      assert.match(namespace.stderr, /^error: The Temporal server at .* has no namespace nowhere\.\n/);
    });
  });

  describe('and no worker', () => {
    const id = `${prefix}-waiting`;
    before(async () => {
      // A store of its own, whose queues no worker has ever polled.
      env = { ...env, TEMPORAL_AZUREML_STORE: join(folder(), 'other-store') };
      await mkdir(join(folder(), 'other-store'), { recursive: true });
    });

    it('start in a pipe prints the run id alone', async () => {
      const { code, stdout } = await client('start', '--id', id);
      assert.deepEqual([code, stdout], [0, `${id}\n`]);
    });

    it('start with the id of a run that goes on says so and ends well', async () => {
      const { code, stdout, stderr } = await client('start', '--id', id);
      assert.deepEqual([code, stdout], [0, `${id}\n`]);
      assert.match(stderr, /^This run was already running; nothing was started\.\n/);
    });

    it('watch says that no worker answers, how to start one, and stops when the time is up', async () => {
      const { code, stdout, stderr } = await client('watch', id, '--timeout', '7s');
      assert.equal(code, 8);
      assert.match(stdout, / no worker .* queue temporal-azureml.* npm run worker\n$/);
      assert.match(
        stderr,
        new RegExp(`^The time is up; the run goes on\\. To watch it again: npm run client -- watch ${id}\n`),
      );
    });

    it('Ctrl-C leaves the run going, and says how to watch and how to cancel it', async () => {
      const { child, ended } = startClient(['watch', id, '--interval', '1s'], env);
      await once(child.stdout!, 'data');
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      assert.equal(code, 130);
      assert.equal(
        stderr,
        `Detached; the run goes on. To watch it again: npm run client -- watch ${id}\nTo stop it: npm run client -- cancel ${id}\n`,
      );
    });

    it('cancel says that it is requested, not that it is done, until a worker has confirmed it', async () => {
      const { code, stdout } = await client('cancel', id, '--reason', 'wrong data');
      assert.deepEqual([code, stdout], [0, `${id} cancel requested, not confirmed\n`]);
      const worker = await startWorkerProcess(root, { ...process.env, ...env });
      try {
        const watched = await client('watch', id);
        assert.equal(watched.code, 3);
        assert.match(watched.stdout, / cancelled\n[^]*cancelled by .*: wrong data\n/);
        const again = await client('cancel', id);
        assert.equal(again.code, 1);
        assert.match(again.stderr, new RegExp(`^error: Run ${id} has ended: cancelled\\.\n`));
      } finally {
        worker.signal('SIGTERM');
        await worker.ended;
      }
    });

    it('cancel --terminate --yes ends a run without a worker', async () => {
      const waiting = `${prefix}-terminated`;
      await client('start', '--id', waiting);
      const { code, stdout } = await client('cancel', waiting, '--terminate', '--yes');
      assert.deepEqual([code, stdout], [0, `${waiting} terminated\n`]);
      assert.equal((await client('watch', waiting)).code, 3);
    });
  });
});

const isClose = (actual: number, expected: number): boolean => Math.abs(actual / expected - 1) < 1e-9;

/** The processes whose command line has all of these words. */
async function findProcesses(...words: string[]): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args=']);
  return stdout
    .split('\n')
    .filter((line) => words.every((word) => line.includes(word)))
    .map((line) => Number.parseInt(line, 10));
}

async function writeRows(path: string, count: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('bmi,target\n');
  for (let row = 0; row < count; row += 1000) {
    const lines = Array.from({ length: 1000 }, (_, index) => `${(row + index) % 97},${(row + index) % 89}\n`);
    if (!file.write(lines.join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}
