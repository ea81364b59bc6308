/** What open runs and schedules need of the store, asked from Temporal. */
import type { FileStore } from '../store/file.ts';
import { addReferences, noReferences, type References } from '../store/references.ts';
import { workflowQueue } from '../workflows/messages.ts';
import { isNotFound, type Temporal } from './connection.ts';

/** What is open, and what it names. */
export interface Live {
  /** Whether a run is open, or something open names it. */
  isLive(runId: string): boolean;
  live: References;
  /** When a run ended; undefined where Temporal does not know it. */
  endOf(run: { runId: string; executionId: string }): Promise<Date | undefined>;
}

/** Reads the histories of all open runs of a store, and its schedules. */
export async function findLive(temporal: Temporal, store: FileStore): Promise<Live> {
  const live = noReferences();
  const names = new Set<string>();
  const add = (text: string): void => {
    addReferences(live, text);
    for (const [, name = ''] of text.matchAll(/"([^"\\]{1,1000})"/g)) names.add(name);
  };
  for (const handle of await listOpen(temporal, store)) {
    names.add(handle.workflowId);
    // Its input, its signals, the results of its steps: whatever it will use is in there.
    const history = await handle.fetchHistory().catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      return undefined;
    });
    for (const text of readTexts(history?.events)) add(text);
  }
  for await (const { scheduleId } of temporal.client.schedule.list())
    add(JSON.stringify((await temporal.client.schedule.getHandle(scheduleId).describe()).action));
  return {
    isLive: (runId) => names.has(runId),
    live,
    endOf: async ({ runId, executionId }) => {
      try {
        return (await temporal.client.workflow.getHandle(runId, executionId).describe()).closeTime;
      } catch (error) {
        if (!isNotFound(error)) throw error;
        return undefined;
      }
    },
  };
}

async function listOpen({ client }: Temporal, store: FileStore) {
  const handles = [];
  const query = `TaskQueue = '${workflowQueue(store.id)}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId } of client.workflow.list({ query }))
    handles.push(client.workflow.getHandle(workflowId, runId));
  return handles;
}

/** Every text in Temporal's messages; payloads are JSON in bytes. */
function* readTexts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield JSON.stringify(value);
  else if (value instanceof Uint8Array) yield Buffer.from(value).toString('utf8');
  else if (typeof value === 'object' && value !== null)
    for (const one of Object.values(value)) yield* readTexts(one);
}
