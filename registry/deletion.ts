import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeFileError, writeJson } from '../store/file.ts';
import { readPart, type Deletion, type VersionFile } from './models.ts';

/**
 * Deletes the version in a folder: from the first moment no reader finds it any more, then its files go. Its
 * version.json stays and says so, which keeps its number taken, and its run from registering a second time. May be
 * repeated: who deleted it first stays on record.
 *
 * @throws PipelineError STORE_UNWRITABLE
 */
export async function deleteVersion(folder: string, deleted: Deletion): Promise<void> {
  const record = await readPart<VersionFile>(folder, 'version.json');
  if (record?.deleted === undefined) await writeJson(join(folder, 'version.json'), { ...record, deleted });
  try {
    for (const file of await readdir(folder))
      if (file !== 'version.json') await rm(join(folder, file), { recursive: true, force: true });
  } catch (error) {
    throw describeFileError(error);
  }
}
