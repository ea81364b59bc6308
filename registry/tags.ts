/** Tags of a version: what people say of it after it was registered. */
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { writeJson } from '../store/file.ts';
import { readPart, type ModelVersion } from './models.ts';

export type Tags = Record<string, string>;

/** The tags of a version, by key. */
export async function readTags({ folder }: Pick<ModelVersion, 'folder'>): Promise<Tags> {
  return (await readPart<Tags>(folder, 'tags.json')) ?? {};
}

/** Sets and removes tags of a version; returns those it has now. */
export async function changeTags(
  version: Pick<ModelVersion, 'folder'>,
  { set, remove }: { set: Tags; remove: string[] },
): Promise<Tags> {
  const { folder } = version;
  // Two people may tag one version at once, and neither's tag may be lost.
  const release = await lock(folder, {
    lockfilePath: join(folder, '.tags.lock'),
    realpath: false,
    // Longer than the lock of a client that was killed holds.
    stale: 5_000,
    retries: { retries: 200, factor: 1, minTimeout: 40, randomize: true },
  });
  try {
    const left = Object.entries(await readTags(version)).filter(([key]) => !remove.includes(key));
    const tags = Object.fromEntries(
      Object.entries({ ...Object.fromEntries(left), ...set }).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
    await writeJson(join(folder, 'tags.json'), tags);
    return tags;
  } finally {
    await release();
  }
}

/** Whether a version's tags have all of these, each `key=value`, or `key` with any value. */
export function hasTags(tags: Tags, wanted: string[]): boolean {
  return wanted.every((text) => {
    const [key = '', ...value] = text.split('=');
    return Object.hasOwn(tags, key) && (value.length === 0 || tags[key] === value.join('='));
  });
}
