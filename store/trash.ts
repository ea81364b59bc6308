/** Removing what nobody refers to any more while runs go on. */
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, statSync } from 'node:fs';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { lock } from 'proper-lockfile';
import { PipelineError } from '../errors/error.ts';
import { describeFileError, isFileError, type FileStore } from './file.ts';
import type { Removable } from './retention.ts';

/**
 * Lets only one process at a time clean a store; removes first what a killed one has left.
 *
 * @throws PipelineError STORE_BEING_CLEANED
 */
export async function holdTrash<T>(store: FileStore, use: () => Promise<T>): Promise<T> {
  const release = await lock(store.root, {
    lockfilePath: join(store.root, 'clean.lock'),
    stale: 5_000,
    onCompromised: () => undefined,
  }).catch((error: unknown) => {
    if (!isFileError(error, 'ELOCKED')) throw describeFileError(error);
    throw new PipelineError('STORE_BEING_CLEANED', `The store ${store.root} is being cleaned.`, {
      hint: 'Wait for the other clean; after a killed one this takes at most ten seconds.',
    });
  });
  try {
    await rm(trashOf(store), { recursive: true, force: true });
    return await use();
  } finally {
    await release().catch(() => undefined);
  }
}

/**
 * Removes things in the order given, each in one rename: what is seen under its name is whole. What has been used since
 * it was found stays. Under `holdTrash`.
 *
 * @returns what has been removed
 * @throws PipelineError STORE_UNWRITABLE
 */
export async function removeUnused(
  store: FileStore,
  found: readonly Removable[],
  usedSince: Date,
): Promise<Removable[]> {
  const trash = trashOf(store);
  const removed: Removable[] = [];
  try {
    await mkdir(trash, { recursive: true });
    for (const one of found) {
      if (one.after.some((path) => existsSync(join(store.root, path)))) continue;
      if (!setAside(store, one, usedSince)) continue;
      removed.push(one);
      await removeEmptyFolders(store, dirname(one.path));
    }
    await rm(trash, { recursive: true, force: true });
    return removed;
  } catch (error) {
    throw describeFileError(error);
  }
}

/**
 * Moves something into the trash, unless it has been used. Who takes it marks it and then looks at it: either the mark
 * is seen here, or the thing is not seen there (`markUsed`).
 */
function setAside(store: FileStore, { path, mark }: Removable, usedSince: Date): boolean {
  const place = join(store.root, path);
  const aside = join(trashOf(store), randomBytes(8).toString('hex'));
  if (!isUnused(join(store.root, mark), usedSince)) return false;
  try {
    renameSync(place, aside);
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return false;
    throw error;
  }
  if (isUnused(join(aside, relative(path, mark)), usedSince)) return true;
  try {
    if (!existsSync(place)) renameSync(aside, place);
  } catch (error) {
    // Somebody has made it anew.
    if (!isFileError(error, 'ENOTEMPTY') && !isFileError(error, 'EEXIST')) throw error;
  }
  return false;
}

function isUnused(mark: string, usedSince: Date): boolean {
  const time = statSync(mark, { throwIfNoEntry: false })?.mtime;
  return time !== undefined && time < usedSince;
}

/** Removes the folders that something was in and that are empty now, up to those of the store itself. */
async function removeEmptyFolders(store: FileStore, folder: string): Promise<void> {
  for (let one = folder; one.includes('/'); one = dirname(one))
    try {
      await rmdir(join(store.root, one));
    } catch {
      return;
    }
}

const trashOf = (store: FileStore): string => join(store.root, 'trash');
