/** Whether the runs that are open would go on with the workflow code as it is now: `npm run replay`. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { exitCodes, PipelineError } from '../errors/error.ts';
import { devInvocation } from '../errors/invocation.ts';
import { readPipeline } from '../pipelines/pipeline.ts';
import { openStore } from '../store/file.ts';
import { workflowQueue } from '../workflows/messages.ts';
import { findWorkflowBundle, type WorkflowBundle } from './bundle.ts';
import { readWorkerConfig } from './config.ts';

/** What to do about a history that does not replay. */
export const replayAdvice =
  'Keep the old order of commands behind patched(), as docs/architecture.md says, or undo the change.';

/** What replaying the open runs of a store has shown. */
export interface Replayed {
  /** How many runs are open. */
  open: number;
  /** Those that would break, and where. */
  broken: { runId: string; reason: string }[];
}

/** Replays every open run of a store with a bundle; changes nothing, and needs no worker. */
export async function replayOpenRuns(
  client: Client,
  storeId: string,
  workflowBundle: WorkflowBundle,
): Promise<Replayed> {
  const query = `TaskQueue = '${workflowQueue(storeId)}' AND ExecutionStatus = 'Running'`;
  const histories = client.workflow.list({ query }).intoHistories();
  const replayed: Replayed = { open: 0, broken: [] };
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    replayed.open += 1;
    if (error !== undefined) replayed.broken.push({ runId: workflowId, reason: error.message });
  }
  return replayed;
}

async function replay(env: NodeJS.ProcessEnv, root: string): Promise<number> {
  Runtime.install({
    // What does not replay is said once, below.
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'OFF', forward: {} } },
  });
  const [bundle, store] = await Promise.all([
    readPipeline(root).then(findWorkflowBundle),
    openStore(readWorkerConfig(env, root).store),
  ]);
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await connect(connectionOptions);
  try {
    const client = new Client({ connection, namespace });
    const { open, broken } = await replayOpenRuns(client, store.id, bundle);
    for (const { runId, reason } of broken) console.log(`${runId}\t${reason.replaceAll(/\s+/g, ' ')}`);
    console.error(
      broken.length === 0
        ? `${open} open runs of store ${store.root} replay with this code.`
        : `${broken.length} of ${open} open runs of store ${store.root} would break. ${replayAdvice}`,
    );
    return broken.length === 0 ? 0 : 1;
  } finally {
    await connection.close();
  }
}

async function connect(options: Parameters<typeof Connection.connect>[0]): Promise<Connection> {
  try {
    return await Connection.connect(options);
  } catch (cause) {
    const address = options?.address ?? 'localhost:7233';
    throw new PipelineError('TEMPORAL_UNREACHABLE', `No Temporal server answers at ${address}.`, {
      hint: `Start one (${devInvocation}) or set TEMPORAL_ADDRESS; nothing was checked.`,
      cause,
    });
  }
}

if (import.meta.main)
  try {
    process.exitCode = await replay(process.env, process.cwd());
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    console.error(
      error.hint === undefined ? `error: ${error.message}` : `error: ${error.message}\n${error.hint}`,
    );
    process.exitCode = exitCodes[error.code];
  }
