import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { fileURLToPath } from 'node:url';
import { PipelineError } from '../errors/error.ts';
import { defaultUiUrl } from '../report/link.ts';
import { invocation } from '../errors/invocation.ts';

/** A value and where it comes from, as `doctor` shows it. */
export interface Setting<T = string> {
  value: T;
  source: string;
}

/** Where the client finds everything, before a Temporal profile is read. */
export interface Config {
  store: Setting;
  registry: Setting;
  uiUrl: Setting;
  /** How long a worker may be silent before a step counts as lost, in milliseconds. */
  heartbeatTimeout: Setting<number>;
  /** How often a step is tried when it asks for it. */
  maxAttempts: Setting<number>;
  /** What decides the connection. */
  connection: ConnectionSources;
  /** The environment, with `.env` below it. */
  env: Record<string, string>;
  /** Where the value of a variable comes from. */
  sourceOf: (variable: string) => string;
}

export interface ConnectionSources {
  address: string | undefined;
  namespace: string | undefined;
  profile: string | undefined;
}

/** Defaults, by the variable that changes them. Paths are relative to the project folder. */
export const defaults = {
  TEMPORAL_AZUREML_STORE: '.temporal-azureml/store',
  TEMPORAL_AZUREML_REGISTRY: '.temporal-azureml/registry',
  TEMPORAL_UI_URL: defaultUiUrl,
  // Ten missed heartbeats of the default pace.
  TEMPORAL_AZUREML_HEARTBEAT_TIMEOUT: '5000',
  TEMPORAL_AZUREML_MAX_ATTEMPTS: '3',
  // Not `localhost`: trying ::1 first costs 40 ms.
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  TEMPORAL_NAMESPACE: 'default',
} as const;

/**
 * Reads the configuration: flags, else the environment, else `.env`, else the defaults.
 *
 * @throws PipelineError CONFIG_INVALID naming every value that is wrong
 */
export function readConfig(flags: Partial<ConnectionSources>, env: NodeJS.ProcessEnv, cwd: string): Config {
  const dotenv = readDotenv(join(cwd, '.env'));
  const merged = { ...dotenv, ...withoutEmpty(env) };
  const sourceOf = (name: string): string => {
    if (env[name]) return `environment, ${name}`;
    return dotenv[name] === undefined ? 'default' : `.env, ${name}`;
  };
  const setting = (name: keyof typeof defaults): Setting => ({
    value: merged[name] ?? defaults[name],
    source: sourceOf(name),
  });
  const path = (name: keyof typeof defaults): Setting => {
    const { value, source } = setting(name);
    return { value: value.startsWith('file:') ? fileURLToPath(value) : resolve(cwd, value), source };
  };
  const problems: string[] = [];
  const count = (name: keyof typeof defaults): Setting<number> => {
    const { value, source } = setting(name);
    if (!/^[1-9]\d*$/.test(value)) problems.push(`${name} must be a whole number above 0, not ${value}`);
    return { value: Number(value), source };
  };
  const config: Config = {
    store: path('TEMPORAL_AZUREML_STORE'),
    registry: path('TEMPORAL_AZUREML_REGISTRY'),
    uiUrl: setting('TEMPORAL_UI_URL'),
    heartbeatTimeout: count('TEMPORAL_AZUREML_HEARTBEAT_TIMEOUT'),
    maxAttempts: count('TEMPORAL_AZUREML_MAX_ATTEMPTS'),
    connection: { address: flags.address, namespace: flags.namespace, profile: flags.profile },
    env: merged,
    sourceOf,
  };
  if (problems.length > 0)
    throw new PipelineError('CONFIG_INVALID', `${problems.join('; ')}.`, {
      hint: `Change it in the environment or in .env, or leave it out; ${invocation} doctor shows all values.`,
    });
  return config;
}

function readDotenv(file: string): Record<string, string> {
  return existsSync(file) ? withoutEmpty(parseEnv(readFileSync(file, 'utf8'))) : {};
}

/** A variable that is set to nothing counts as not set. */
function withoutEmpty(env: NodeJS.Dict<string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
