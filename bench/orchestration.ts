import { join } from 'node:path';
import { addData, openStore } from '../store/file.ts';
import { readEnvironment } from '../targets/environment.ts';
import { snapshotSteps } from '../targets/source.ts';
import type { Target } from '../targets/target.ts';
import { findWorkflowBundle } from '../worker/bundle.ts';
import { createWorkers } from '../worker/worker.ts';
import { taskQueue, type RunInput } from '../workflows/messages.ts';
import { trainingSteps } from '../workflows/training-parameters.ts';
import type { training } from '../workflows/training.ts';
import { nextId, type Contender } from './contender.ts';
import type { Ground } from './ground.ts';

/**
 * Our `training` workflow over a target, in workers of this process; store, reuse, record and messages are on.
 *
 * @param root the project whose steps are run
 * @param folder where the store is made
 * @returns runs of which each has features of its own, so that no earlier result can be taken, and runs that take
 *   prep_data from the first one
 */
export async function openTraining(
  { client, connection, slots }: Ground,
  { root, folder, target }: { root: string; folder: string; target: Target },
): Promise<{ fresh: Contender; reusing: Contender }> {
  const store = await openStore(join(folder, 'store'));
  const host = { store, target, environment: await readEnvironment(root) };
  const config = {
    store: store.root,
    root,
    slots,
    queues: queueNames,
    drain: 0,
    heartbeatInterval: 500,
    jsonLogs: false,
  };
  const workers = await createWorkers(connection, 'default', host, config, await findWorkflowBundle());
  const running = workers.run();
  const snapshot = await snapshotSteps(store, root, trainingSteps);
  const input: RunInput = {
    pipeline: 'training',
    parameters: {
      data: await addData(store, join(root, 'data', 'diabetes.csv')),
      features: 'bmi',
      test_size: 0.2,
      random_state: 0,
      model_name: 'diabetes',
    },
    snapshot: snapshot.digest,
    store: { uri: store.uri, id: store.id },
    registry: join(folder, 'registry'),
    target: 'local',
    forceRerun: false,
    maxAttempts: 3,
    heartbeatTimeout: 5000,
    searchAttributes: ['MlPipeline', 'MlTarget', 'MlModel', 'MlStep', 'MlR2'],
    startedBy: 'bench',
  };
  const run = async (features: string): Promise<string> => {
    const workflowId = nextId('ours');
    await client.workflow.execute<typeof training>('training', {
      workflowId,
      taskQueue,
      args: [{ ...input, parameters: { ...input.parameters, features } }],
    });
    return workflowId;
  };
  const stop = async (): Promise<void> => {
    workers.drain();
    workers.force();
    await running;
  };
  let count = 0;
  return {
    fresh: { run: () => run(`bmi${count++}`), stop },
    reusing: { run: () => run('bmi'), stop: async () => undefined },
  };
}
