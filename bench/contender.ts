import type { Client } from '@temporalio/client';

/** A workflow to be measured, with workers of its own in this process. */
export interface Contender {
  /** Starts a run and waits for its end; returns its workflow id. */
  run(): Promise<string>;
  stop(): Promise<void>;
}

/** A run's history, as the server counts it. */
export interface History {
  events: number;
  bytes: number;
}

/** The history of a run that has ended. */
export async function measureHistory(client: Client, workflowId: string): Promise<History> {
  const { historyLength, historySize = 0 } = await client.workflow.getHandle(workflowId).describe();
  return { events: historyLength, bytes: historySize };
}

let count = 0;

/** A workflow id that no other run of this process has. */
export const nextId = (name: string): string => `bench-${name}-${process.pid}-${count++}`;
