import { log } from '@temporalio/activity';
import { recordModel } from '../registry/record.ts';
import { writeReport } from '../report/file.ts';
import { linkToRun, type WebUi } from '../report/link.ts';
import type { FileStore } from '../store/file.ts';
import { writeRun } from '../store/run.ts';
import type { RecordActivities } from '../workflows/messages.ts';

/** The local activities of the workflows whose runs are in this store. */
export function createRecordActivities(store: FileStore, ui: WebUi): RecordActivities {
  return {
    async recordRun(record) {
      await writeRun(store, record);
      await writeReport(store, record, { url: linkToRun(ui, record) }).catch((error: unknown) =>
        log.warn('the report was not written', { error }),
      );
      await recordModel(record);
    },
  };
}
