import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { FileStore } from '../store/file.ts';
import { localTarget } from '../targets/local.ts';
import type { StepHost } from '../targets/step.ts';
import { findWorkflowBundle } from '../worker/bundle.ts';
import { createWorkers } from '../worker/worker.ts';
import { useFolder } from './folder.ts';
import {
  openProject,
  quickScripts,
  startRun,
  writeScripts,
  type RunChange,
  type Scripts,
  type TrainingHandle,
} from './project.ts';

/** A project with scripts for steps, a store, and a worker in this process, on the server under TEMPORAL_ADDRESS. */
export interface Pipeline {
  client: Client;
  store: FileStore;
  root: string;
  /** Starts a run; the snapshot is taken now. */
  start(change?: RunChange): Promise<TrainingHandle>;
  writeScripts(scripts: Partial<Scripts>): Promise<void>;
}

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
  const project = await openProject(root, scripts);
  const { store } = project;
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
    uiUrl: 'http://ui',
    jsonLogs: false,
  } as const;
  const workers = await createWorkers(connection, 'default', host, config, await findWorkflowBundle());
  const running = workers.run();
  const client = new Client({ connection: await Connection.connect({ address }) });
  const stop = async (): Promise<void> => {
    workers.drain();
    workers.force();
    await running;
    await connection.close();
    await client.connection.close();
  };
  const pipeline: Pipeline = {
    client,
    store,
    root,
    start: (change) => startRun(client, project, change),
    writeScripts: (change) => writeScripts(root, change),
  };
  return [pipeline, stop];
}

let quiet = false;

/** Failures are what these tests are about: the worker's warnings of them would only hide the report. */
function installQuietRuntime(): void {
  if (quiet) return;
  quiet = true;
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
}
