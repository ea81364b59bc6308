import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of the calling suite, made before it and removed after it. */
export function useFolder(): () => string {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'temporal-azureml-'));
  });
  // A worker that is stopping may still write its last record.
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  return () => folder;
}
