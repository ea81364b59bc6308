import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { addData, openStore, type FileStore } from '../store/file.ts';
import { localTarget } from '../targets/local.ts';
import { snapshotSteps } from '../targets/source.ts';
import type { StepHost } from '../targets/step.ts';
import { findWorkflowBundle } from '../worker/bundle.ts';
import { createWorkers } from '../worker/worker.ts';
import { taskQueue, type Parameters, type RunInput } from '../workflows/messages.ts';
import type { training } from '../workflows/training.ts';
import { useFolder } from './folder.ts';

/** The shell commands of a pipeline's three steps; `$1` … are its outputs, then `test_size`. */
export interface Scripts {
  prep_data: string;
  train: string;
  register_model: string;
}

/** Steps that take no time: each writes what it declares. */
export const quickScripts: Scripts = {
  prep_data: 'echo X > "$1"; echo y > "$2"; echo "{}" > "$3"',
  train: 'echo "{\\"r2\\": $2}" > outputs/metrics.json; echo model > "$1/model.json"',
  register_model: 'echo "{\\"name\\": \\"diabetes\\", \\"version\\": 1, \\"uri\\": \\"file:///m\\"}" > outputs/model.json',
};

export type TrainingHandle = WorkflowHandleWithFirstExecutionRunId<typeof training>;

/** A project with scripts for steps, a store, and a worker in this process, on the server under TEMPORAL_ADDRESS. */
export interface Pipeline {
  client: Client;
  store: FileStore;
  root: string;
  /** Starts a run; the snapshot is taken now. */
  start(change?: {
    id?: string;
    parameters?: Parameters;
    input?: Partial<RunInput>;
  }): Promise<TrainingHandle>;
  writeScripts(scripts: Partial<Scripts>): Promise<void>;
}

let count = 0;

/** The pipeline of the calling suite. */
export function usePipeline(scripts: Partial<Scripts> = {}): () => Pipeline {
  const folder = useFolder();
  let pipeline: Pipeline;
  let stop: () => Promise<void>;
  before(async () => {
    [pipeline, stop] = await openPipeline(folder(), { ...quickScripts, ...scripts });
  });
  after(() => stop());
  return () => pipeline;
}

/** Opens a pipeline in a folder, and says how to close it. */
export async function openPipeline(root: string, scripts: Scripts): Promise<[Pipeline, () => Promise<void>]> {
  const address = process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233';
  const store = await openStore(join(root, 'store'));
  await writeProject(root, scripts);
  const host: StepHost = {
    store,
    target: localTarget({ graceMilliseconds: 500 }),
    environment: { name: 'test', packages: undefined },
  };
  installQuietRuntime();
  const connection = await NativeConnection.connect({ address });
  const config = {
    store: store.root,
    root,
    slots: 4,
    queues: ['workflows', 'io', 'compute'],
    drain: 0,
    heartbeatInterval: 100,
    jsonLogs: false,
  } as const;
  const workers = await createWorkers(connection, 'default', host, config, await findWorkflowBundle());
  const running = workers.run();
  const client = new Client({ connection: await Connection.connect({ address }) });

  const start: Pipeline['start'] = async ({ id, parameters, input } = {}) => {
    const snapshot = await snapshotSteps(store, root, {
      prep_data: 'steps/prep_data.yml',
      train: 'steps/train.yml',
      register_model: 'steps/register_model.yml',
    });
    return client.workflow.start<typeof training>('training', {
      workflowId: id ?? `test-${process.pid}-${Date.now()}-${count++}`,
      taskQueue,
      args: [
        {
          pipeline: 'training',
          parameters: {
            data: await addData(store, join(root, 'rows.csv')),
            features: 'bmi',
            test_size: 0.2,
            random_state: 0,
            model_name: 'diabetes',
            ...parameters,
          },
          snapshot: snapshot.digest,
          store: { uri: store.uri, id: store.id },
          registry: join(root, 'registry'),
          target: 'local',
          forceRerun: false,
          maxAttempts: 3,
          heartbeatTimeout: 5000,
          searchAttributes: [],
          startedBy: 'test',
          ...input,
        },
      ],
    });
  };
  const stop = async (): Promise<void> => {
    workers.drain();
    workers.force();
    await running;
    await connection.close();
    await client.connection.close();
  };
  return [{ client, store, root, start, writeScripts: (change) => writeScripts(root, change) }, stop];
}

async function writeProject(root: string, scripts: Scripts): Promise<void> {
  await mkdir(join(root, 'steps'), { recursive: true });
  await writeFile(join(root, 'rows.csv'), 'bmi,target\n1,2\n');
  await writeScripts(root, scripts);
  await writeFile(
    join(root, 'steps', 'prep_data.yml'),
    `name: prep_data
inputs: { data: { type: uri_file }, features: { type: string } }
outputs: { data_X: { type: uri_file }, data_y: { type: uri_file }, scaling: { type: uri_file } }
command: bash prep_data.sh \${{outputs.data_X}} \${{outputs.data_y}} \${{outputs.scaling}} \${{inputs.data}} \${{inputs.features}}
`,
  );
  await writeFile(
    join(root, 'steps', 'train.yml'),
    `name: train
is_deterministic: false
inputs:
  { data_X: { type: uri_file }, data_y: { type: uri_file }, scaling: { type: uri_file }, model_name: { type: string },
    test_size: { type: number }, random_state: { type: integer } }
outputs: { model_dir: { type: uri_folder } }
command: >-
  bash train.sh \${{outputs.model_dir}} \${{inputs.test_size}} \${{inputs.data_X}} \${{inputs.data_y}}
  \${{inputs.scaling}} \${{inputs.model_name}} \${{inputs.random_state}}
`,
  );
  await writeFile(
    join(root, 'steps', 'register_model.yml'),
    `name: register_model
is_deterministic: false
inputs: { model_dir: { type: uri_folder }, model_name: { type: string }, registry: { type: string }, run_id: { type: string } }
command: bash register_model.sh \${{inputs.model_dir}} \${{inputs.model_name}} \${{inputs.registry}} \${{inputs.run_id}}
`,
  );
}

async function writeScripts(root: string, scripts: Partial<Scripts>): Promise<void> {
  for (const [name, script] of Object.entries(scripts))
    await writeFile(join(root, 'steps', `${name}.sh`), `${script}\n`);
}

let quiet = false;

/** Failures are what these tests are about: the worker's warnings of them would only hide the report. */
function installQuietRuntime(): void {
  if (quiet) return;
  quiet = true;
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
}
