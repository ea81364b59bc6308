import { randomBytes } from 'node:crypto';
import {
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { chmod, copyFile, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PipelineError } from '../errors/error.ts';
import { digestOfFile } from './digest.ts';

/** A store in a folder of one host: snapshots, data, attempts, results to reuse and run records. */
export interface FileStore {
  /** Absolute path of the folder. */
  root: string;
  uri: string;
  /** Names the store in task queues, so that its runs stay on the host that owns it. */
  id: string;
}

/**
 * Opens the store at a `file:` URI or a path, and makes it where it is missing.
 *
 * @throws PipelineError STORE_NOT_A_FOLDER, STORE_UNWRITABLE
 */
export async function openStore(location: string): Promise<FileStore> {
  const root = resolve(location.startsWith('file:') ? fileURLToPath(location) : location);
  try {
    await mkdir(root, { recursive: true });
    const id = (await readText(join(root, 'id'))) ?? (await claimId(root));
    return { root, uri: pathToFileURL(root).href, id: id.trim() };
  } catch (cause) {
    if (isFileError(cause, 'EEXIST') || isFileError(cause, 'ENOTDIR'))
      throw new PipelineError('STORE_NOT_A_FOLDER', `The store ${root} is a file.`, {
        hint: 'Name a folder with TEMPORAL_AZUREML_STORE.',
        cause,
      });
    throw describeFileError(cause);
  }
}

async function claimId(root: string): Promise<string> {
  const id = randomBytes(4).toString('hex');
  const partial = join(root, `id.${id}`);
  try {
    await writeFile(partial, `${id}\n`);
    // Whole or not at all: who opens the store at the same time must not read an empty file.
    await link(partial, join(root, 'id'));
    return id;
  } catch (error) {
    if (!isFileError(error, 'EEXIST')) throw error;
    return await readFile(join(root, 'id'), 'utf8');
  } finally {
    await rm(partial, { force: true });
  }
}

/**
 * Copies a data file into the store under its digest, unless it is there; returns its place: `data/<sha256>/<name>`.
 *
 * @throws PipelineError DATA_NOT_FOUND, STORE_UNWRITABLE
 */
export async function addData(store: FileStore, file: string): Promise<string> {
  const entry = await stat(file).catch(() => undefined);
  if (!entry?.isFile())
    throw new PipelineError('DATA_NOT_FOUND', `There is no data file ${file}.`, {
      hint: 'Give the path of a CSV file with --data.',
    });
  try {
    const place = `data/${await digestOfFile(file)}/${basename(file)}`;
    const target = join(store.root, place);
    for (let attempt = 1; !markUsed(target); attempt++)
      await copyData(file, target).catch((error: unknown) => {
        // `clean` has removed the empty folder between two of our calls.
        if (attempt === 3 || !isFileError(error, 'ENOENT')) throw error;
      });
    return place;
  } catch (cause) {
    throw describeFileError(cause);
  }
}

async function copyData(file: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.${randomBytes(4).toString('hex')}`;
  await copyFile(file, partial, constants.COPYFILE_FICLONE);
  await chmod(partial, 0o444);
  await rename(partial, target);
}

/**
 * Marks a file as used now, so that `clean` leaves what it stands for; false where it is gone. Who takes something from
 * the store marks it first and looks at it afterwards: what `clean` moves away in between is then found missing, and
 * what it moves away later it finds marked, and puts back.
 */
export function markUsed(path: string): boolean {
  const now = new Date();
  try {
    utimesSync(path, now, now);
    return true;
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return false;
    // A file of another user's, or a disk that is only read.
    if (['EPERM', 'EACCES', 'EROFS'].some((code) => isFileError(error, code))) return true;
    throw error;
  }
}

// Small files are read and written at once: through the thread pool each call costs several times its own work, and a
// step makes dozens. What may be large (data, code, a step's outputs) goes through the pool.

/** Writes a JSON file so that a reader sees the old or the new content, never a part. */
export const writeJson = (path: string, value: unknown): Promise<void> => writeWhole(path, formatJson(value));

/** Writes a file so that a reader sees the old or the new content, never a part. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    try {
      writeFileSync(partial, content);
    } catch (error) {
      if (!isFileError(error, 'ENOENT')) throw error;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(partial, content);
    }
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw describeFileError(cause);
  }
}

/** How the store writes JSON. */
export const formatJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** The content of a JSON file, or undefined where there is none. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** Whether something exists at a path. */
export async function exists(path: string): Promise<boolean> {
  return existsSync(path);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Whether an error is the file system's, with this code. */
export function isFileError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

const unwritable: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
};

/** A full or closed disk as the error a person reads; anything else as it is. */
export function describeFileError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const reason = unwritable[String(error.code)];
  if (reason === undefined) return error;
  // Of a copy, `path` is what was read.
  const path = 'dest' in error ? error.dest : 'path' in error ? error.path : 'the store';
  return new PipelineError('STORE_UNWRITABLE', `Cannot write ${String(path)}: ${reason}.`, {
    hint: 'Free some space or change the permissions, or name another folder with TEMPORAL_AZUREML_STORE.',
    cause: error,
  });
}
