import type { ClientConfigProfile, ClientConnectConfig } from '@temporalio/envconfig';
import { PipelineError } from '../errors/error.ts';
import { defaults, type Config, type Setting } from './config.ts';

/** How Temporal is reached. */
export interface ConnectionConfig {
  address: Setting;
  namespace: Setting;
  /** TLS or not, and with what: never a secret itself. */
  security: Setting;
  options: ClientConnectConfig['connectionOptions'];
}

/**
 * Reads how Temporal is reached: flags, else the environment and `.env`, else the profile file the `temporal` CLI
 * reads as well, else the defaults.
 *
 * @throws PipelineError CONFIG_INVALID
 */
export async function readConnection(config: Config): Promise<ConnectionConfig> {
  const { loadClientConfigProfile, toClientOptions } = await import('@temporalio/envconfig');
  const { address, namespace, profile } = config.connection;
  const named = profile === undefined ? {} : { profile };
  let file: ClientConfigProfile;
  let merged: ClientConfigProfile;
  try {
    file = loadClientConfigProfile({ ...named, overrideEnvVars: config.env, disableEnv: true });
    merged = loadClientConfigProfile({ ...named, overrideEnvVars: config.env });
  } catch (cause) {
    throw new PipelineError('CONFIG_INVALID', `Temporal's profile cannot be read: ${messageOf(cause)}.`, {
      hint: 'Correct --profile, TEMPORAL_PROFILE or the file (`temporal config list` shows its profiles).',
      cause,
    });
  }
  const source = (name: 'address' | 'namespace'): string => {
    if (config.connection[name] !== undefined) return `flag --${name}`;
    const variable = config.sourceOf(`TEMPORAL_${name.toUpperCase()}`);
    return variable === 'default' && file[name] !== undefined ? 'Temporal profile file' : variable;
  };
  const { connectionOptions } = toClientOptions(merged);
  const chosen = address ?? merged.address ?? defaults.TEMPORAL_ADDRESS;
  return {
    address: { value: chosen, source: source('address') },
    namespace: {
      value: namespace ?? merged.namespace ?? defaults.TEMPORAL_NAMESPACE,
      source: source('namespace'),
    },
    security: describeSecurity(merged, file),
    options: { ...connectionOptions, address: chosen },
  };
}

function describeSecurity(merged: ClientConfigProfile, file: ClientConfigProfile): Setting {
  const inFile = file.apiKey !== undefined || file.tls !== undefined;
  const source = inFile ? 'Temporal profile file' : 'environment';
  if (merged.apiKey !== undefined) return { value: 'TLS, API key ********', source };
  if (merged.tls?.clientCert !== undefined) return { value: 'TLS, client certificate', source };
  if (merged.tls !== undefined && merged.tls.disabled !== true) return { value: 'TLS', source };
  return { value: 'none', source: 'default' };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
