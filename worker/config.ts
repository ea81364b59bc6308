import { availableParallelism } from 'node:os';
import { PipelineError } from '../errors/error.ts';
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
  /**
   * Names this worker's workflow code to Temporal's Worker Deployment versioning; `auto` takes the digest of that code.
   * Default: none, every worker of the store takes every run.
   */
  buildId?: string;
}

export const queueNames = ['workflows', 'io', 'compute'] as const;
export type Queue = (typeof queueNames)[number];

/**
 * Reads a worker's configuration from its environment.
 *
 * @throws PipelineError CONFIG_INVALID naming every value that is wrong
 */
export function readWorkerConfig(env: NodeJS.ProcessEnv, root: string): WorkerConfig {
  const problems: string[] = [];
  const read = (name: string, pattern: RegExp, meaning: string): string | undefined => {
    const value = env[`TEMPORAL_AZUREML_${name}`] || undefined;
    if (value !== undefined && !pattern.test(value))
      problems.push(`TEMPORAL_AZUREML_${name} must be ${meaning}, not ${value}`);
    return value;
  };
  const queue = `(${queueNames.join('|')})`;
  const slots = read('SLOTS', /^[1-9]\d*$/, 'a whole number above 0');
  const queues = read('QUEUES', new RegExp(`^${queue}(,${queue})*$`), `some of ${queueNames.join(',')}`);
  const drain = read('DRAIN', /^\d+(\.\d+)?$/, 'a number of seconds');
  const heartbeat = read('HEARTBEAT_INTERVAL', /^[1-9]\d*$/, 'a whole number of milliseconds above 0');
  const log = read('LOG', /^(json|text)$/, 'json or text');
  const buildId = read('BUILD_ID', /^[A-Za-z0-9][\w.-]{0,127}$/, 'auto, or letters, digits, dots and dashes');
  if (problems.length > 0)
    throw new PipelineError('CONFIG_INVALID', `${problems.join('; ')}.`, {
      hint: 'Change it in the environment or in .env, or leave it out.',
    });
  return {
    store: env['TEMPORAL_AZUREML_STORE'] || `${root}/.temporal-azureml/store`,
    root,
    slots: Number(slots ?? availableParallelism()),
    queues: (queues?.split(',') as Queue[] | undefined) ?? queueNames,
    drain: Number(drain ?? 30) * 1000,
    heartbeatInterval: Number(heartbeat ?? 500),
    uiUrl: env['TEMPORAL_UI_URL'] || defaultUiUrl,
    jsonLogs: log === 'json',
    ...(buildId === undefined ? {} : { buildId }),
  };
}
