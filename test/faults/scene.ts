import assert from 'node:assert/strict';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { environmentFor } from '../../dev/environment.ts';
import { startServer, type DevServer, type ServerOptions } from '../../dev/server.ts';
import { attemptPath } from '../../store/attempt.ts';
import { exists } from '../../store/file.ts';
import { processes } from '../../targets/process/table.ts';
import type { Progress } from '../../workflows/messages.ts';
import { useFolder } from '../folder.ts';
import {
  openProject,
  quickScripts,
  startRun,
  type Project,
  type RunChange,
  type Scripts,
  type TrainingHandle,
} from '../project.ts';
import { until } from '../until.ts';
import { startWorkerProcess, type WorkerProcess } from '../worker.ts';

const source = join(import.meta.dirname, '..', '..');

/** A server, a project and workers of a suite's own, so that the harm done to them reaches no other suite. */
export interface Scene extends Project {
  client: Client;
  server: DevServer;
  /** A file of the project; the scripts know it as `$project/<name>`. */
  file(name: string): string;
  touch(name: string): Promise<void>;
  /** Waits until a script has made a file of the project. */
  appears(name: string): Promise<void>;
  /** Starts a run that reuses nothing of an earlier one. */
  start(change?: RunChange): Promise<TrainingHandle>;
  startWorker(env?: NodeJS.ProcessEnv, wrapper?: readonly [string, ...string[]]): Promise<WorkerProcess>;
  /** How often each step's script began in a run: `prep_data 1, train 2, register_model 1`. */
  begun(runId: string): Promise<string>;
  /** When each execution of a step began, in milliseconds, and the process that started it. */
  beginnings(runId: string, step: string): Promise<{ at: number; parent: number }[]>;
  /** Waits until an attempt is committed. */
  committed(handle: TrainingHandle, step: string, attempt?: number): Promise<void>;
  /** Fails where a process of the run is alive or a work folder is left. */
  assertNothingLeft(runId: string): Promise<void>;
  versions(name?: string): Promise<number[]>;
}

// Every script writes down that it began. `first` is true once in a run of a step, for faults that happen once.
const preamble = (root: string): string => `project='${root}'
run="\${TEMPORAL_AZUREML_ATTEMPT%%~*}"
step="$(basename "$0" .sh)"
echo "$run $step $(date +%s%3N) $PPID" >> "$project/begun"
first() { mkdir "$project/$run.$step.$1" 2>/dev/null; }
kill_worker() { kill -9 "$(cat "$project/worker.pid")"; }
wait_for() { until [ -e "$project/$1" ]; do sleep 0.02; done; }
`;

/** What the scripts do where a suite does not say otherwise; the models are registered by the real program. */
const scripts: Scripts = {
  ...quickScripts,
  train: 'echo "{\\"r2\\": $2}" > outputs/metrics.json; echo model > "$1/$6.json"',
  register_model: 'node register_model.ts --model_dir="$1" --model_name="$2" --registry="$3" --run_id="$4"',
};

/** A script that runs `before`, does the step's work, and runs `after`. */
export const around = (
  step: keyof Scripts,
  { before: first = ':', after: last = ':' }: { before?: string; after?: string },
): Partial<Scripts> => ({ [step]: `${first}\n${scripts[step]} || exit\n${last}` });

/** The scene of the calling suite. */
export function useScene(
  change: Partial<Scripts> = {},
  serverOptions: (root: string) => Partial<ServerOptions> = () => ({}),
): () => Scene {
  const folder = useFolder();
  let scene: Scene;
  const workers: WorkerProcess[] = [];
  before(async () => {
    scene = await openScene(folder(), { ...scripts, ...change }, workers, serverOptions(folder()));
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) {
      worker.signal('SIGKILL');
      await worker.ended;
    }
  });
  after(async () => {
    await scene.client.connection.close();
    await scene.server.stop({ now: true });
  });
  return () => scene;
}

async function openScene(
  root: string,
  all: Scripts,
  workers: WorkerProcess[],
  serverOptions: Partial<ServerOptions>,
): Promise<Scene> {
  for (const part of ['register_model.ts', 'program', 'registration', 'package.json'])
    await cp(join(source, 'steps', part), join(root, 'steps', part), { recursive: true });
  const start = preamble(root);
  const project = await openProject(root, {
    prep_data: start + all.prep_data,
    train: start + all.train,
    register_model: start + all.register_model,
  });
  const server = await startServer({ log: () => undefined, headless: true, ...serverOptions });
  const client = new Client({ connection: await Connection.connect({ address: server.address }) });
  const file = (name: string): string => join(root, name);

  async function readBeginnings(runId: string): Promise<{ step: string; at: number; parent: number }[]> {
    const text = (await exists(file('begun'))) ? await readFile(file('begun'), 'utf8') : '';
    return text
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([id]) => id === runId)
      .map(([, step = '', at, parent]) => ({ step, at: Number(at), parent: Number(parent) }));
  }

  const scene: Scene = {
    ...project,
    client,
    server,
    file,
    touch: (name) => writeFile(file(name), ''),
    appears: (name) => until(() => exists(file(name))),
    start: (change = {}) =>
      startRun(client, scene, {
        ...change,
        input: { forceRerun: true, heartbeatTimeout: 2000, ...change.input },
      }),
    async startWorker(env = {}, wrapper) {
      const worker = await startWorkerProcess(
        root,
        { ...environmentFor(scene.server, process.env), TEMPORAL_AZUREML_STORE: join(root, 'store'), ...env },
        wrapper,
      );
      workers.push(worker);
      await writeFile(file('worker.pid'), String(worker.pid));
      return worker;
    },
    async begun(runId) {
      const begun = await readBeginnings(runId);
      return Object.keys(scripts)
        .map((step) => `${step} ${begun.filter((one) => one.step === step).length}`)
        .join(', ');
    },
    beginnings: async (runId, step) => (await readBeginnings(runId)).filter((one) => one.step === step),
    committed: ({ workflowId: runId, firstExecutionRunId: executionId }, step, attempt = 1) => {
      const path = attemptPath({ runId, executionId, step, attempt });
      return until(() => exists(join(scene.store.root, path, 'record.json')));
    },
    async assertNothingLeft(runId) {
      const alive = (await processes(0)).filter((one) => one.token?.startsWith(`${runId}~`));
      assert.deepEqual(alive, []);
      assert.deepEqual(await readdir(join(scene.store.root, 'work')), []);
    },
    async versions(name = 'diabetes') {
      const names = await readdir(join(root, 'registry', name)).catch(() => []);
      return names.map(Number).toSorted((a, b) => a - b);
    },
  };
  return scene;
}

/** The states of a run's steps: `prep_data done, train running, register_model waiting`. */
export const statesOf = ({ steps }: Progress): string =>
  steps.map(({ name, state }) => `${name} ${state}`).join(', ');

/** How the steps ended, with the number of the attempt that did it. */
export const attemptsOf = ({ steps }: Progress): string =>
  steps.map(({ name, state, attempt }) => `${name} ${state} ${attempt}`).join(', ');
