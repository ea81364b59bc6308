import { availableParallelism } from 'node:os';
import { defaultUiUrl } from '../report/link.ts';

/** How a worker runs. */
export interface WorkerConfig {
  store: string;
  /** Folder with the packages steps may import. */
  root: string;
  /** Steps run at once. Default: the cores of the machine. */
  slots: number;
  /** Which queues it serves. Default: all. */
  queues: readonly Queue[];
  /** How long running steps may go on after the first stop signal, in milliseconds. Default: 30 s. */
  drain: number;
  /** How often a running step tells the server that it is alive, in milliseconds. Default: 500; on Temporal Cloud, where each may bill, 30,000. */
  heartbeatInterval: number;
  /** Temporal's Web UI, for links in reports. */
  uiUrl: string;
  /** Logs as one JSON object a line. */
  jsonLogs: boolean;
}

export const queueNames = ['workflows', 'io', 'compute'] as const;
export type Queue = (typeof queueNames)[number];

/** Reads a worker's configuration from its environment. */
export function readWorkerConfig(env: NodeJS.ProcessEnv, root: string): WorkerConfig {
  return {
    store: env['TEMPORAL_AZUREML_STORE'] ?? `${root}/.temporal-azureml/store`,
    root,
    slots: Number(env['TEMPORAL_AZUREML_SLOTS'] ?? availableParallelism()),
    queues: (env['TEMPORAL_AZUREML_QUEUES']?.split(',') as Queue[] | undefined) ?? queueNames,
    drain: Number(env['TEMPORAL_AZUREML_DRAIN'] ?? 30) * 1000,
    heartbeatInterval: Number(env['TEMPORAL_AZUREML_HEARTBEAT_INTERVAL'] ?? 500),
    uiUrl: env['TEMPORAL_UI_URL'] || defaultUiUrl,
    jsonLogs: env['TEMPORAL_AZUREML_LOG'] === 'json',
  };
}
