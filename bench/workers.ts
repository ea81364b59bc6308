import { readEnvironment } from '../targets/environment.ts';
import type { FileStore } from '../store/file.ts';
import { findWorkflowBundle } from '../worker/bundle.ts';
import { queueNames } from '../worker/config.ts';
import { createWorkers } from '../worker/worker.ts';
import { doNothingTarget } from './do-nothing.ts';
import type { Ground } from './ground.ts';

/** Starts workers whose target does nothing, store and reuse and record being on; returns how to stop them. */
export async function startIdleWorkers(
  { connection, slots }: Ground,
  store: FileStore,
  root: string,
): Promise<() => Promise<void>> {
  const config = {
    store: store.root,
    root,
    slots,
    queues: queueNames,
    drain: 0,
    heartbeatInterval: 500,
    uiUrl: 'http://ui',
    jsonLogs: false,
  };
  const host = { store, target: doNothingTarget, environment: await readEnvironment(root) };
  const workers = await createWorkers(connection, 'default', host, config, await findWorkflowBundle());
  const running = workers.run();
  return async () => {
    workers.drain();
    workers.force();
    await running;
  };
}
