import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { startServer } from '../dev/server.ts';

/** What all measurements share: one server in memory, connections to it, a folder that goes when they end. */
export interface Ground {
  address: string;
  client: Client;
  connection: NativeConnection;
  /** Steps at once, for bare Temporal and for us. */
  slots: number;
  folder: string;
  /** What was measured on; `store` is where the folder is. */
  machine: { cores: number; node: string; server: string; sdk: string; store: string };
  close(): Promise<void>;
}

// In memory, as the server's database is: else a disk that is slow to make files is all that is seen. TMPDIR says otherwise.
const base = process.env['TMPDIR'] ?? (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());

/** Starts a server of its own, without Web UI, and connects to it. */
export async function openGround(): Promise<Ground> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const server = await startServer({ headless: true, log: () => undefined });
  const { address } = server;
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection: await Connection.connect({ address }) });
  const folder = await mkdtemp(join(base, 'temporal-azureml-bench-'));
  const { serverVersion } = await client.workflowService.getSystemInfo({});
  const sdk = createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string };
  const cores = availableParallelism();
  return {
    address,
    client,
    connection,
    slots: cores,
    folder,
    machine: { cores, node: process.version, server: serverVersion ?? '', sdk: sdk.version, store: base },
    async close() {
      await connection.close();
      await client.connection.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
