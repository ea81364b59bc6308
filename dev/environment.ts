import { join } from 'node:path';

const noProfile = join(import.meta.dirname, 'no-profile.toml');

/** The environment for a program that is to use this server and no other, whatever profile or keys the user has. */
export function environmentFor(
  { address, uiUrl }: { address: string; uiUrl: string | undefined },
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !isConnectionSetting(name));
  return {
    ...Object.fromEntries(kept),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: 'default',
    // A profile's TLS and API key would be combined with the address given here.
    TEMPORAL_CONFIG_FILE: noProfile,
    ...(uiUrl === undefined ? {} : { TEMPORAL_UI_URL: uiUrl }),
  };
}

/** Whether Temporal's SDK or CLI reads this variable to connect. */
export function isConnectionSetting(name: string): boolean {
  return /^TEMPORAL_(ADDRESS|NAMESPACE|UI_URL|CONFIG_FILE|PROFILE|API_KEY|CODEC_\w+|TLS|TLS_\w+|GRPC_META_\w+)$/.test(
    name,
  );
}
