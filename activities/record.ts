import { writeRun } from '../store/run.ts';
import type { FileStore } from '../store/file.ts';
import type { RecordActivities } from '../workflows/messages.ts';

/** The local activities of the workflows whose runs are in this store. */
export function createRecordActivities(store: FileStore): RecordActivities {
  return { recordRun: (record) => writeRun(store, record) };
}
