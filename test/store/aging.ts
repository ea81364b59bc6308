import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileStore } from '../../store/file.ts';

/** Makes everything in a store look as if it had been made that long ago, in milliseconds. */
export async function age(store: FileStore, milliseconds: number): Promise<void> {
  const then = new Date(Date.now() - milliseconds);
  for (const entry of await readdir(store.root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.name === 'run.json') {
      const record = JSON.parse(await readFile(path, 'utf8')) as object;
      await writeFile(path, JSON.stringify({ ...record, finishedAt: then.toISOString() }));
    }
    await utimes(path, then, then);
  }
}

/** Every file of a store but its id, by its path, with the folders of attempts and snapshots as one. */
export async function listStore(store: FileStore): Promise<string[]> {
  const entries = await readdir(store.root, { recursive: true });
  const files = await Promise.all(
    entries.map(async (path) => ((await stat(join(store.root, path))).isFile() ? [path] : [])),
  );
  return files
    .flat()
    .filter((path) => path !== 'id')
    .map((path) =>
      path
        .replace(/^(runs\/[^/]+)\/[^/]+\/([^/]+\/\d+)\/.*/, '$1/$2')
        .replace(/^(runs\/[^/]+)\/[^/]+\/(run\.json|report\.html)$/, '$1/$2')
        .replace(/^(snapshots\/[^/]+)\/.*/, '$1'),
    )
    .filter((path, index, all) => all.indexOf(path) === index)
    .toSorted();
}
