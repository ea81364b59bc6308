import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { addData, openStore, type FileStore } from '../store/file.ts';
import { snapshotSteps } from '../targets/source.ts';
import { workflowQueue, type Parameters, type RunInput } from '../workflows/messages.ts';
import { trainingSteps } from '../workflows/training-parameters.ts';
import type { training } from '../workflows/training.ts';

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
  register_model:
    'echo "{\\"name\\": \\"diabetes\\", \\"version\\": 1, \\"uri\\": \\"file:///m\\"}" > outputs/model.json',
};

export type TrainingHandle = WorkflowHandleWithFirstExecutionRunId<typeof training>;

/** A folder with scripts for steps, and the store of its runs. */
export interface Project {
  root: string;
  store: FileStore;
}

/** What a test wants otherwise than `startRun` has it. */
export interface RunChange {
  id?: string;
  parameters?: Parameters;
  input?: Partial<RunInput>;
}

/** Makes a project in a folder, with its store in `store/`. */
export async function openProject(root: string, scripts: Scripts): Promise<Project> {
  const store = await openStore(join(root, 'store'));
  await mkdir(join(root, 'steps'), { recursive: true });
  await writeFile(join(root, 'rows.csv'), 'bmi,target\n1,2\n');
  await writeScripts(root, scripts);
  for (const [name, component] of Object.entries(components))
    await writeFile(join(root, 'steps', `${name}.yml`), component);
  return { root, store };
}

/** Writes the scripts of some steps; runs that have started keep those of their snapshot. */
export async function writeScripts(root: string, scripts: Partial<Scripts>): Promise<void> {
  for (const [name, script] of Object.entries(scripts))
    await writeFile(join(root, 'steps', `${name}.sh`), `${script}\n`);
}

let count = 0;

/** Starts a run of the project; its snapshot is taken now. */
export async function startRun(
  client: Client,
  project: Project,
  { id, ...change }: RunChange = {},
): Promise<TrainingHandle> {
  return client.workflow.start<typeof training>('training', {
    workflowId: id ?? newId(),
    taskQueue: workflowQueue(project.store.id),
    args: [await openInput(project, change)],
  });
}

/** An id no other run of a test has. */
export const newId = (): string => `test-${process.pid}-${Date.now()}-${count++}`;

/** What a run of the project is started with; its snapshot is taken now. */
export async function openInput(
  { root, store }: Project,
  { parameters, input }: Omit<RunChange, 'id'> = {},
): Promise<RunInput> {
  const snapshot = await snapshotSteps(store, root, trainingSteps);
  return {
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
  };
}

const components = {
  prep_data: `name: prep_data
inputs: { data: { type: uri_file }, features: { type: string } }
outputs: { data_X: { type: uri_file }, data_y: { type: uri_file }, scaling: { type: uri_file } }
command: bash prep_data.sh \${{outputs.data_X}} \${{outputs.data_y}} \${{outputs.scaling}} \${{inputs.data}} \${{inputs.features}}
`,
  train: `name: train
is_deterministic: false
inputs:
  { data_X: { type: uri_file }, data_y: { type: uri_file }, scaling: { type: uri_file }, model_name: { type: string },
    test_size: { type: number }, random_state: { type: integer } }
outputs: { model_dir: { type: uri_folder } }
command: >-
  bash train.sh \${{outputs.model_dir}} \${{inputs.test_size}} \${{inputs.data_X}} \${{inputs.data_y}}
  \${{inputs.scaling}} \${{inputs.model_name}} \${{inputs.random_state}}
`,
  register_model: `name: register_model
is_deterministic: false
inputs: { model_dir: { type: uri_folder }, model_name: { type: string }, registry: { type: string }, run_id: { type: string } }
command: bash register_model.sh \${{inputs.model_dir}} \${{inputs.model_name}} \${{inputs.registry}} \${{inputs.run_id}}
`,
};
