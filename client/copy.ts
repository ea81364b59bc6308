import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError } from '../errors/error.ts';
import { listFiles } from '../store/digest.ts';
import { describeFileError, exists } from '../store/file.ts';

/**
 * Copies folders into a new one, all or nothing: what is seen under the new name is whole.
 *
 * @param folders by their path below the new folder
 * @returns the files, relative to the new folder
 * @throws PipelineError DOWNLOAD_EXISTS, STORE_UNWRITABLE
 */
export async function copyFolders(
  folders: Record<string, string>,
  target: string,
  skip: (file: string) => boolean = () => false,
): Promise<string[]> {
  if (await exists(target))
    throw new PipelineError('DOWNLOAD_EXISTS', `${target} is there already.`, {
      hint: 'Name another folder with --to; nothing is overwritten.',
    });
  const partial = join(dirname(target), `.download-${randomBytes(4).toString('hex')}`);
  const copied: string[] = [];
  try {
    for (const [name, folder] of Object.entries(folders)) {
      for (const file of await listFiles(folder, skip)) {
        const copy = join(partial, name, file);
        await mkdir(dirname(copy), { recursive: true });
        await copyFile(join(folder, file), copy);
        // The store's own are read-only.
        await chmod(copy, 0o644);
        copied.push(join(name, file));
      }
    }
    await rename(partial, target);
    return copied;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw describeFileError(error);
  }
}
