import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, NativeConnection, Runtime, type LogEntry } from '@temporalio/worker';
import { invocation } from '../errors/invocation.ts';
import { readPipeline } from '../pipelines/pipeline.ts';
import { openStore } from '../store/file.ts';
import { readEnvironment } from '../targets/environment.ts';
import { localTarget } from '../targets/local.ts';
import type { StepHost } from '../targets/step.ts';
import { sweepWorkspaces } from '../targets/sweep.ts';
import { findWorkflowBundle } from './bundle.ts';
import { readWorkerConfig } from './config.ts';
import { createWorkers, type Workers } from './worker.ts';

/** A worker that serves its queues. */
export interface RunningWorker {
  /** Resolves when the worker has stopped. */
  ended: Promise<void>;
  /** The first call lets running steps finish for the drain time, the second ends them at once. */
  stop: () => void;
}

/**
 * Runs a worker until Ctrl-C or TERM.
 *
 * @returns the exit code
 */
export async function runWorker(env: NodeJS.ProcessEnv, root: string): Promise<number> {
  const worker = await startWorker(env, root);
  process.on('SIGINT', worker.stop).on('SIGTERM', worker.stop);
  await worker.ended;
  return 0;
}

/** Starts a worker; resolves when it serves its queues. */
export async function startWorker(env: NodeJS.ProcessEnv, root: string): Promise<RunningWorker> {
  const config = readWorkerConfig(env, root);
  // Else the parts of the heap for short-lived objects, of this thread and the workflows' own, take 60 MB for no gain.
  setFlagsFromString('--semi-space-growth-factor=1');
  installLogger(config.jsonLogs);
  const [bundle, store, environment, { connection, namespace }] = await Promise.all([
    readPipeline(root).then(findWorkflowBundle),
    openStore(config.store),
    readEnvironment(config.root),
    connect(),
  ]);
  const host: StepHost = { store, environment, target: localTarget() };
  await sweepWorkspaces(host);
  const buildId = config.buildId === 'auto' ? bundle.digest : config.buildId;
  const named = buildId === undefined ? config : { ...config, buildId };
  const workers = await createWorkers(connection, namespace, host, named, bundle);
  const ended = serve(workers, connection);
  if (buildId !== undefined)
    say(
      `build ${buildId}: it takes runs once it is current: ${invocation} deployment set-current ${buildId}`,
    );
  say(`worker ready: ${config.slots} steps at once, store ${store.root}`);

  let stops = 0;
  const stop = (): void => {
    stops += 1;
    if (stops > 1) {
      workers.force();
      return;
    }
    say(`worker stopping: running steps have ${config.drain / 1000} s; stop it again to end them now`);
    workers.drain();
  };
  return { ended, stop };
}

async function serve(workers: Workers, connection: NativeConnection): Promise<void> {
  try {
    await workers.run();
  } finally {
    await connection.close();
  }
}

/** Waits for a server that is not up yet, saying so once. */
async function connect(): Promise<{ connection: NativeConnection; namespace: string }> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  for (let waited = false; ; waited = true) {
    try {
      return { connection: await NativeConnection.connect(connectionOptions), namespace };
    } catch (error) {
      if (!waited)
        say(`waiting for Temporal at ${connectionOptions.address ?? 'localhost:7233'}: ${String(error)}`);
      await delay(500);
    }
  }
}

function installLogger(json: boolean): void {
  const print = ({ level, message, timestampNanos, meta }: LogEntry): void => {
    // Each of our workers serves one queue with one kind of task, on purpose.
    if (/^No (activities|workflows) registered/.test(message)) return;
    const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
    const { sdkComponent: _, taskQueue: __, ...rest } = meta ?? {};
    const line = json
      ? JSON.stringify({ time, level, message, ...meta })
      : `${time} ${level} ${message}${Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : ''}`;
    process.stderr.write(`${line}\n`);
  };
  // Signals are ours: Temporal's own handler would cancel the steps on the first one.
  Runtime.install({
    logger: new DefaultLogger('WARN', print),
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
  });
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
