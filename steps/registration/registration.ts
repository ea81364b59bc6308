import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../program/failure.ts';

/** What the registry keeps beside a model file, as version.json. */
export interface VersionRecord {
  readonly name: string;
  readonly version: number;
  /** The run that registered it, or null where none was named. */
  readonly runId: string | null;
  readonly registeredAt: string;
  readonly file: string;
  readonly sha256: string;
  /** Set when the version was deleted: this file is all that is left, and keeps its number and its run taken. */
  readonly deleted?: { readonly by: string; readonly at: string };
}

/** A registered version, and whether an earlier call had registered it. */
export interface Registered {
  readonly record: VersionRecord;
  readonly folder: string;
  readonly found: boolean;
}

/**
 * Registers a model file under the next free number, once per run. It takes no lock: a version is a folder that gets
 * its number by one rename, which fails if the number is taken. Numbers have no gaps, so whoever gets number n + 1 has
 * seen the records 1 to n; two calls for one run therefore cannot both get a number.
 */
export function registerModel(
  registry: string,
  model: { name: string; file: string; content: Uint8Array },
  runId: string | null,
  now: () => Date = () => new Date(),
): Registered {
  const folder = join(registry, model.name);
  mkdirSync(folder, { recursive: true });
  for (;;) {
    const last = lastVersion(folder);
    const earlier = runId === null ? undefined : findRun(folder, last, runId);
    if (earlier !== undefined) {
      return { record: earlier, folder: join(folder, String(earlier.version)), found: true };
    }
    const record: VersionRecord = {
      name: model.name,
      version: last + 1,
      runId,
      registeredAt: now().toISOString(),
      file: model.file,
      sha256: createHash('sha256').update(model.content).digest('hex'),
    };
    if (claim(folder, record, model.content)) {
      return { record, folder: join(folder, String(record.version)), found: false };
    }
  }
}

function lastVersion(folder: string): number {
  const versions = readdirSync(folder).filter((name) => /^[1-9]\d*$/.test(name));
  return Math.max(0, ...versions.map(Number));
}

// By number rather than by listing: a folder that is renamed while the listing goes on may be missing from it.
function findRun(folder: string, last: number, runId: string): VersionRecord | undefined {
  for (let version = last; version > 0; version--) {
    const path = join(folder, String(version), 'version.json');
    let record: VersionRecord;
    try {
      record = JSON.parse(readFileSync(path, 'utf8'));
    } catch (error) {
      // A folder someone removed by hand stays a gap.
      if (errorCode(error) === 'ENOENT') continue;
      throw error;
    }
    if (record.runId === runId) return record;
  }
  return undefined;
}

/** Makes the version's folder whole under a temporary name, then gives it its number; false if the number is taken. */
function claim(folder: string, record: VersionRecord, content: Uint8Array): boolean {
  const temporary = mkdtempSync(join(folder, '.new-'));
  try {
    writeDurably(join(temporary, record.file), content);
    writeDurably(join(temporary, 'version.json'), Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
    syncFolder(temporary);
    renameSync(temporary, join(folder, String(record.version)));
    syncFolder(folder);
    return true;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (['EEXIST', 'ENOTEMPTY'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

function writeDurably(path: string, content: Uint8Array): void {
  const descriptor = openSync(path, 'wx');
  try {
    let done = 0;
    while (done < content.length) done += writeSync(descriptor, content, done);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
