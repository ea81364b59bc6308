import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { PipelineError } from '../errors/error.ts';
import { digestOfFile, digestOfFiles, digestOfText, listFiles } from './digest.ts';
import { describeFileError, exists, markUsed, readJson, writeJson, type FileStore } from './file.ts';

/** The content-addressed copy of a pipeline's code, component files and lock file that a run is started with. */
export interface Snapshot {
  digest: string;
  /** Absolute path of the copy. */
  folder: string;
  /** The component file of each step, relative to the folder: `steps/train.yml`. */
  components: Record<string, string>;
  /** The SHA-256 of each file, by its path relative to the folder. */
  files: Record<string, string>;
}

/** What a step is made of, before it is copied: its component file and its code folder. */
export interface StepSource {
  component: string;
  code: string;
}

/** In a snapshot, what it consists of; its time says when a run was last started with it. */
export const manifestFile = '.manifest.json';

const left = new Set(['node_modules', 'outputs', 'user_logs', '__pycache__']);
const isLeftOut = (name: string): boolean => left.has(name) || name.startsWith('.');

/**
 * Copies component files, code folders and the lock file of a project into the store under their digest, unless they
 * are there. Hidden files, `node_modules`, `outputs`, `user_logs` and `__pycache__` are left out.
 *
 * @param steps by step name, with paths below `root`
 * @throws PipelineError STORE_UNWRITABLE
 */
export async function takeSnapshot(
  store: FileStore,
  root: string,
  steps: Record<string, StepSource>,
): Promise<Snapshot> {
  const paths = new Set<string>();
  for (const folder of new Set(Object.values(steps).map((step) => resolve(root, step.code))))
    for (const file of await listFiles(folder, isLeftOut))
      paths.add(toPosix(relative(root, join(folder, file))));
  for (const step of Object.values(steps)) paths.add(toPosix(relative(root, resolve(root, step.component))));
  if (await exists(join(root, 'package-lock.json'))) paths.add('package-lock.json');

  const sorted = [...paths].toSorted();
  const digests = await Promise.all(sorted.map((path) => digestOfFile(join(root, path))));
  const files = Object.fromEntries(sorted.map((path, index) => [path, digests[index]!]));
  const components = Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [
      name,
      toPosix(relative(root, resolve(root, step.component))),
    ]),
  );
  const digest = digestOfText(JSON.stringify({ components, files }));
  const folder = join(store.root, 'snapshots', digest);
  if (!markUsed(join(folder, manifestFile))) await copySnapshot(root, folder, { components, files });
  return { digest, folder, components, files };
}

async function copySnapshot(
  root: string,
  folder: string,
  manifest: Pick<Snapshot, 'components' | 'files'>,
): Promise<void> {
  const partial = `${folder}.${randomBytes(4).toString('hex')}`;
  try {
    for (const file of Object.keys(manifest.files)) {
      await mkdir(dirname(join(partial, file)), { recursive: true });
      await copyFile(join(root, file), join(partial, file));
    }
    await writeJson(join(partial, manifestFile), manifest);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!(await exists(folder))) throw describeFileError(error);
  }
}

/**
 * The snapshot with this digest.
 *
 * @throws PipelineError SNAPSHOT_NOT_FOUND
 */
export async function readSnapshot(store: FileStore, digest: string): Promise<Snapshot> {
  const folder = join(store.root, 'snapshots', digest);
  const manifest = await readJson<Pick<Snapshot, 'components' | 'files'>>(join(folder, manifestFile));
  if (manifest === undefined)
    throw new PipelineError('SNAPSHOT_NOT_FOUND', `The store ${store.root} has no snapshot ${digest}.`, {
      hint: 'It was removed, or the run was started with another store: start a new run.',
    });
  return { digest, folder, ...manifest };
}

/**
 * The files of a code folder of a snapshot, by their path relative to that folder. What lies in a folder that is left out
 * there is another step's: a package's, below `node_modules`.
 */
export function filesBelow(snapshot: Snapshot, folder: string): Record<string, string> {
  const prefix = folder === '.' || folder === '' ? '' : `${posix.normalize(folder)}/`;
  return Object.fromEntries(
    Object.entries(snapshot.files)
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, digest]) => [path.slice(prefix.length), digest] as const)
      .filter(([path]) => !path.split('/').some(isLeftOut)),
  );
}

/** The digest of the code below a folder of a snapshot. */
export const digestOfCode = (snapshot: Snapshot, folder: string): string =>
  digestOfFiles(filesBelow(snapshot, folder));

/** Digests of every snapshot in the store. */
export async function listSnapshots(store: FileStore): Promise<string[]> {
  const names = await readdir(join(store.root, 'snapshots')).catch(() => []);
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name));
}

const toPosix = (path: string): string => path.split(sep).join('/');
