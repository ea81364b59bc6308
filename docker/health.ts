// Exit code 0 when this host's worker has asked Temporal for work in the last two minutes: a poll lasts one.
import { hostname } from 'node:os';
import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { openStore } from '../store/file.ts';
import { workflowQueue } from '../workflows/messages.ts';

const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
const { id } = await openStore(process.env['TEMPORAL_AZUREML_STORE'] ?? '.temporal-azureml/store');
const taskQueue = workflowQueue(id);
const connection = await Connection.connect(connectionOptions);
const { pollers } = await connection.workflowService.describeTaskQueue({
  namespace,
  taskQueue: { name: taskQueue },
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum is in a package of Temporal's own
  taskQueueType: 1,
});
const since = Date.now() / 1000 - 120;
const alive = pollers?.some(
  ({ identity, lastAccessTime }) =>
    identity?.endsWith(`@${hostname()}`) && Number(lastAccessTime?.seconds ?? 0) > since,
);
await connection.close();
if (!alive) console.error(`no worker of ${hostname()} serves the queue ${taskQueue}`);
process.exitCode = alive ? 0 : 1;
