import { randomUUID } from 'node:crypto';
import { mkdirSync, openSync, writeSync, closeSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { dataFailure, reasonOf, usageFailure } from './failure.ts';

/** Files being written under temporary names beside their own; nothing is visible until all of them are whole. */
export class OutputSet {
  private readonly files: OutputFile[] = [];

  /** Starts a file; its folder is made if missing. */
  open(path: string): OutputFile {
    if (this.files.some((file) => resolve(file.path) === resolve(path))) {
      throw usageFailure(`two outputs have the same path (${path})`, 'give each output a path of its own');
    }
    const file = new OutputFile(path);
    this.files.push(file);
    return file;
  }

  /** Writes a small file whole. */
  add(path: string, content: string | Uint8Array): void {
    this.open(path).write(content);
  }

  /** Gives every file its name. */
  commit(): void {
    for (const file of this.files) file.close();
    for (const file of this.files) file.rename();
  }

  /** Removes what has not got its name yet; harmless after commit. */
  discard(): void {
    for (const file of this.files) file.discard();
  }
}

/** One file of an OutputSet. */
export class OutputFile {
  readonly path: string;
  private readonly temporary: string;
  private descriptor: number | undefined;

  constructor(path: string) {
    this.path = path;
    // The name stays short whatever the file is called: names near the 255 byte limit are legal.
    this.temporary = join(dirname(path), `.${basename(path).slice(0, 40)}.${randomUUID()}.tmp`);
    this.attempt(() => {
      mkdirSync(dirname(path), { recursive: true });
      const found = statSync(path, { throwIfNoEntry: false });
      // Renaming over a device or a folder would replace or fail late, after the work is done.
      if (found !== undefined && !found.isFile()) throw new Error('it exists and is not a file');
      this.descriptor = openSync(this.temporary, 'wx');
    });
  }

  write(content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    this.attempt(() => {
      let done = 0;
      while (done < bytes.length) done += writeSync(this.descriptor!, bytes, done);
    });
  }

  close(): void {
    this.attempt(() => closeSync(this.descriptor!));
    this.descriptor = undefined;
  }

  rename(): void {
    this.attempt(() => renameSync(this.temporary, this.path));
  }

  discard(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
    rmSync(this.temporary, { force: true });
  }

  private attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      throw dataFailure(
        `cannot write ${this.path} (${reasonOf(error)})`,
        `make ${resolve(dirname(this.path))} a folder with free space that you may write to, or give another path`,
        error,
      );
    }
  }
}

/** Does the work with an OutputSet: all of its files appear when the work succeeds, none when it fails. */
export async function writeOutputs<Result>(work: (outputs: OutputSet) => Promise<Result>): Promise<Result> {
  const outputs = new OutputSet();
  try {
    const result = await work(outputs);
    outputs.commit();
    return result;
  } finally {
    outputs.discard();
  }
}

/** JSON as every file of ours has it: indented, with a last newline. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
