import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentFor, isConnectionSetting } from '../dev/environment.ts';
import { isFree } from '../dev/probe.ts';
import { startWorkerProcess } from '../test/worker.ts';
import { runCommand } from './command.ts';
import type { Ground } from './ground.ts';
import { compare, percentile } from './measure.ts';
import { count, seconds, type Row } from './report.ts';
import { measureHistory } from './runs.ts';
import type { Size } from './size.ts';

const root = join(import.meta.dirname, '..');

/** The diabetes run from a shell prompt to the exit of the command: server and worker up, and from nothing. */
export async function measureDiabetes(ground: Ground, size: Size): Promise<Row[]> {
  return [...(await measureWarm(ground, size)), ...(await measureCold(ground, size))];
}

async function measureWarm({ client, address, folder }: Ground, { commands }: Size): Promise<Row[]> {
  const env = {
    ...environmentFor({ address, uiUrl: undefined }, process.env),
    TEMPORAL_AZUREML_STORE: join(folder, 'diabetes', 'store'),
    TEMPORAL_AZUREML_REGISTRY: join(folder, 'diabetes', 'registry'),
  };
  const worker = await startWorkerProcess(root, env);
  try {
    let runId = '';
    const start = ['run', '-s', 'client', '--', 'start', '--watch', '--force-rerun', '-o', 'json'];
    const times = await compare(
      {
        bare: () => runPrograms(join(folder, 'diabetes')),
        ours: async () => {
          const { stdout } = await runCommand('npm', start, { cwd: root, env });
          ({ runId } = JSON.parse(stdout) as { runId: string });
        },
      },
      { rounds: commands, warmUp: 1 },
    );
    const { events, bytes } = await measureHistory(client, runId);
    return [
      {
        what: 'npm run -s client -- start --watch, p50, beside the three programs',
        unit: seconds,
        bare: times.bare.p50 / 1000,
        ours: times.ours.p50 / 1000,
        goal: { most: 1.2 },
      },
      { what: 'events of history of this run', unit: count, ours: events, goal: { most: 40 } },
      { what: 'bytes of history of this run', unit: count, ours: bytes, goal: { most: 15_000 } },
    ];
  } finally {
    worker.signal('SIGTERM');
    worker.signal('SIGTERM');
    await worker.ended;
  }
}

/** The steps of the run as a person would type them. */
async function runPrograms(cwd: string): Promise<void> {
  const data = ['data_X', 'data_y', 'scaling'].map((name) => `--${name}=${name}`);
  for (const [program, ...args] of [
    ['prep_data.ts', ...data],
    ['train.ts', ...data, '--model_dir=model'],
    ['register_model.ts', '--model_dir=model', '--registry=registry'],
  ] as const)
    await runCommand(process.execPath, [join(root, 'steps', program), ...args], { cwd });
}

/** In a copy of the project, whose database file and store nobody else uses. */
async function measureCold({ folder }: Ground, { commands }: Size): Promise<Row[]> {
  if (!(await isFree(7233))) {
    console.error(
      'npm run demo was not measured: port 7233 is taken; stop what listens there (npm run dev?).',
    );
    return [];
  }
  const copy = join(folder, 'project');
  await mkdir(copy);
  const left = new Set(
    ['node_modules', '.git', '.temporal-azureml', 'outputs'].map((name) => join(root, name)),
  );
  await cp(root, copy, { recursive: true, filter: (path) => !left.has(path) });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  const kept = Object.entries(process.env).filter(([name]) => !isConnectionSetting(name));
  const env = Object.fromEntries(kept);
  const times: number[] = [];
  for (let round = -1; round < commands; round++) {
    const { milliseconds } = await runCommand('npm', ['run', '-s', 'demo'], { cwd: copy, env });
    if (round >= 0) times.push(milliseconds / 1000);
  }
  return [
    {
      what: 'npm run -s demo, server included, p50',
      unit: seconds,
      ours: middle(times),
      goal: { most: 2.5 },
    },
  ];
}

const middle = (values: number[]): number => percentile(values, 0.5);
