import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCommand, type Ended, type Started } from '../client/command.ts';
import { useFolder } from '../folder.ts';
import { install, pack } from './install.ts';

const trainPy = `import argparse
import json
import os

parser = argparse.ArgumentParser()
parser.add_argument("--rows", default="rows.csv", help="numbers, one a line")
parser.add_argument("--learning-rate", type=float, default=0.5)
parser.add_argument("--verbose", action="store_true")
args = parser.parse_args()

with open(args.rows) as file:
    mean = sum(map(float, file)) / 4
os.makedirs("outputs", exist_ok=True)
with open("outputs/metrics.json", "w") as file:
    json.dump({"loss": mean * args.learning_rate}, file)
with open("outputs/model.json", "w") as file:
    json.dump({"learner": {"version": [3, 0, 0]}}, file)
`;

const fitTs = `import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '4' },
    label: { type: 'string' },
  },
});
const loss: number = 1 / Number(values.epochs);
mkdirSync('outputs', { recursive: true });
writeFileSync('outputs/metrics.json', JSON.stringify({ loss, label: values.label ?? 'none' }));
`;

describe('the package, in an empty folder', function () {
  this.timeout(process.env['PACKAGE_INSTALL'] === 'npm' ? 600_000 : 120_000);
  const folder = useFolder();
  let packed: Awaited<ReturnType<typeof pack>>;
  const workers: ChildProcess[] = [];

  before(async () => {
    packed = await pack(folder());
    await install(packed.tarball, folder());
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) {
      worker.kill('SIGINT');
      await once(worker, 'close');
    }
  });

  async function openProject(name: string, files: Record<string, string>): Promise<string> {
    const project = join(folder(), name);
    await mkdir(project);
    await symlink('../node_modules', join(project, 'node_modules'));
    for (const [file, text] of Object.entries(files)) await writeFile(join(project, file), text);
    return project;
  }

  it('is JavaScript, but for the steps, which run outside of it; it has no tests and is small', () => {
    const typescript = packed.files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
    assert.deepEqual(
      typescript.filter((file) => !file.startsWith('steps/')),
      [],
    );
    assert.deepEqual(
      packed.files.filter((file) => /^(test|bench)\//.test(file)),
      [],
    );
    assert.ok(packed.size < 500_000, `${packed.size} bytes`);
  });

  it('says in a folder without a pipeline how to make one', async () => {
    const project = await openProject('nothing', {});
    const { code, stdout, stderr } = await run(project, 'start');
    assert.deepEqual(
      { code, stdout, stderr },
      {
        code: 2,
        stdout: '',
        stderr: `error: There is no pipeline in ${project}: no temporal-azureml.json.\nMake your script one: npx temporal-azureml init train.py\n`,
      },
    );
  });

  it('makes a Python script a pipeline, whose run completes with its metrics', async () => {
    const project = await openProject('python', { 'train.py': trainPy, 'rows.csv': '1\n2\n3\n4\n' });
    assert.deepEqual(await start(project, ['init'], ['npx', '--no', 'temporal-azureml']).ended, {
      code: 0,
      stdout: 'train.yml\npipeline.ts\ntemporal-azureml.json\n.gitignore\n',
      stderr: `not taken over: --verbose
What train.py leaves in outputs/ is kept; outputs/metrics.json is the metrics of the run.
Next: npx temporal-azureml dev
      npx temporal-azureml start --watch    # in another terminal
`,
    });
    workers.push(await startWorker(project));
    const { code, stdout, stderr } = await run(
      project,
      'start',
      '--watch',
      '-o',
      'json',
      '--learning-rate',
      '2',
    );
    assert.equal(code, 0, stderr);
    const { pipeline, state, parameters, metrics, model } = JSON.parse(stdout) as {
      pipeline: string;
      state: string;
      parameters: { rows: string };
      metrics: unknown;
      model: unknown;
    };
    assert.deepEqual(
      { pipeline, state, parameters, metrics, model },
      {
        pipeline: 'train',
        state: 'completed',
        parameters: { rows: parameters.rows, learning_rate: 2 },
        metrics: { loss: 5 },
        // It saved a model under the name we report registered ones with.
        model: null,
      },
    );
    assert.match(parameters.rows, /^data\/[0-9a-f]{64}\/rows\.csv$/);
    const again = await run(
      project,
      'start',
      '--watch',
      '--timeout',
      '30s',
      '-o',
      'json',
      '--learning-rate',
      '2',
    );
    const [step] = (JSON.parse(again.stdout) as { steps: { reused: string | null }[] }).steps;
    assert.match(String(step?.reused), /^train-/);
  });

  it('makes a TypeScript script a pipeline, whose run completes with its metrics', async () => {
    const project = await openProject('typescript', { 'fit.ts': fitTs });
    assert.equal((await run(project, 'init')).code, 0);
    workers.push(await startWorker(project));
    for (const [flags, metrics] of [
      [[], { loss: 0.25, label: 'none' }],
      [['--epochs', '2', '--label', 'a b'], { loss: 0.5, label: 'a b' }],
    ] as const) {
      const { code, stdout, stderr } = await run(
        project,
        'start',
        '--watch',
        '--timeout',
        '30s',
        '-o',
        'json',
        ...flags,
      );
      assert.equal(code, 0, stderr);
      const { state, metrics: found } = JSON.parse(stdout) as Record<string, unknown>;
      assert.deepEqual({ state, metrics: found }, { state: 'completed', metrics });
    }
  });

  it('fails a run in words where pipeline.ts names a step that is not there', async () => {
    const project = await openProject('misnamed', { 'train.js': '' });
    await run(project, 'init');
    const body = join(project, 'pipeline.ts');
    await writeFile(body, (await readFile(body, 'utf8')).replace("'train'", "'trian'"));
    workers.push(await startWorker(project));
    const { code, stdout } = await run(project, 'start', '--watch', '--timeout', '30s', '-o', 'json');
    const { failure } = JSON.parse(stdout) as { failure: string };
    assert.deepEqual(
      { code, failure },
      { code: 1, failure: 'The pipeline has no step trian; its steps are train.' },
    );
  });

  it('writes nothing where a file of it is there, and names it', async () => {
    const project = await openProject('twice', { 'train.py': trainPy, 'pipeline.ts': '// mine\n' });
    const { code, stdout, stderr } = await run(project, 'init', 'train.py');
    assert.deepEqual(
      { code, stdout, stderr },
      {
        code: 2,
        stdout: '',
        stderr:
          'error: pipeline.ts would be overwritten; nothing was written.\n' +
          'Move it away, or use what is there: npx temporal-azureml start --watch\n',
      },
    );
    assert.deepEqual((await readdir(project)).toSorted(), ['node_modules', 'pipeline.ts', 'train.py']);
  });

  it('asks which script where there are several', async () => {
    const project = await openProject('several', { 'a.py': '', 'b.ts': '', 'b.test.ts': '' });
    const { code, stderr } = await run(project, 'init');
    assert.deepEqual(
      { code, stderr },
      {
        code: 2,
        stderr:
          'error: 2 scripts are here: a.py, b.ts.\nName your training script: npx temporal-azureml init a.py\n',
      },
    );
  });
});

/** Starts what `npx temporal-azureml` starts; npx itself takes longer than most commands. */
function start(
  project: string,
  args: string[],
  command = [join(project, 'node_modules', '.bin', 'temporal-azureml')],
): Started {
  // A value that is nothing is none.
  const env = { ...process.env, NO_COLOR: '1', TEMPORAL_AZUREML_STORE: '', TEMPORAL_AZUREML_REGISTRY: '' };
  return startCommand([...command, ...args], { cwd: project, env });
}

const run = (project: string, ...args: string[]): Promise<Ended> => start(project, args).ended;

async function startWorker(project: string): Promise<ChildProcess> {
  const { child, ended } = start(project, ['worker']);
  const ready = new Promise<void>((resolve) => {
    let text = '';
    child.stderr!.on('data', (part: string) => {
      text += part;
      if (text.includes('worker ready')) resolve();
    });
  });
  const tooEarly = ended.then(({ code, stderr }) => {
    throw new Error(`the worker ended before it was ready (${code}):\n${stderr}`);
  });
  await Promise.race([ready, tooEarly]);
  tooEarly.catch(() => undefined);
  return child;
}
