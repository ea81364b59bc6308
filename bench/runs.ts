import type { Client } from '@temporalio/client';
import { join } from 'node:path';
import { addData, type FileStore } from '../store/file.ts';
import { snapshotSteps } from '../targets/source.ts';
import {
  searchAttributeTypes,
  workflowQueue,
  type RunInput,
  type SearchAttribute,
} from '../workflows/messages.ts';
import { trainingSteps } from '../workflows/training-parameters.ts';
import type { training } from '../workflows/training.ts';

/** A run's history, as the server counts it. */
export interface History {
  events: number;
  bytes: number;
}

/** The history of a run that has ended. */
export async function measureHistory(client: Client, workflowId: string): Promise<History> {
  const { historyLength, historySize = 0 } = await client.workflow.getHandle(workflowId).describe();
  return { events: historyLength, bytes: historySize };
}

let count = 0;

/** A workflow id that no other run of this process has. */
export const nextId = (name: string): string => `bench-${name}-${process.pid}-${count++}`;

/** Ways to run a project's pipeline; each resolves at the run's end with its id. */
export interface Runs {
  /** What the runs are started with. */
  input: RunInput;
  /** With features of its own, so that no earlier result can be taken. */
  fresh(): Promise<string>;
  /** As the first one was, so that prep_data is taken from it. */
  reusing(): Promise<string>;
}

/** Takes the snapshot of a project's steps, once, and returns the ways to run it. */
export async function prepareRuns(
  client: Client,
  store: FileStore,
  { root, data }: { root: string; data: string },
): Promise<Runs> {
  const snapshot = await snapshotSteps(store, root, trainingSteps);
  const input: RunInput = {
    pipeline: 'training',
    parameters: {
      data: await addData(store, data),
      features: 'bmi',
      test_size: 0.2,
      random_state: 0,
      model_name: 'diabetes',
    },
    snapshot: snapshot.digest,
    store: { uri: store.uri, id: store.id },
    registry: join(store.root, '..', 'registry'),
    target: 'local',
    forceRerun: false,
    maxAttempts: 3,
    heartbeatTimeout: 5000,
    searchAttributes: Object.keys(searchAttributeTypes) as SearchAttribute[],
    startedBy: 'bench',
  };
  const run = async (features: string): Promise<string> => {
    const workflowId = nextId('training');
    await client.workflow.execute<typeof training>('training', {
      workflowId,
      taskQueue: workflowQueue(store.id),
      args: [{ ...input, parameters: { ...input.parameters, features } }],
    });
    return workflowId;
  };
  return { input, fresh: () => run(nextId('features')), reusing: () => run('bmi') };
}
