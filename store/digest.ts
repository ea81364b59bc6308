import { createHash, hash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of a text, as 64 hexadecimal digits. */
export function digestOfText(text: string): string {
  return hash('sha256', text);
}

/** Files up to this size, in bytes, are read at once: the thread pool would cost several times the reading itself. */
const small = 1 << 16;

/** SHA-256 of a file's bytes, in bounded memory. */
export async function digestOfFile(path: string): Promise<string> {
  if (statSync(path).size <= small) return hash('sha256', readFileSync(path));
  const digest = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), digest);
  return digest.digest('hex');
}

/** SHA-256 of a file's bytes, or of a folder's file names and bytes. */
export async function digestOf(path: string): Promise<string> {
  if (statSync(path).isFile()) return digestOfFile(path);
  const files = await listFiles(path);
  const digests = await Promise.all(files.map((file) => digestOfFile(join(path, file))));
  return digestOfFiles(Object.fromEntries(files.map((file, index) => [file, digests[index]!])));
}

/** The digest of a folder from the digests of its files. */
export function digestOfFiles(files: Record<string, string>): string {
  const lines = Object.keys(files)
    .toSorted()
    .map((file) => `${files[file]}  ${file}\n`);
  return digestOfText(lines.join(''));
}

/** Every file below a folder, as sorted paths relative to it with `/` between the parts. */
export async function listFiles(
  folder: string,
  skip: (name: string) => boolean = () => false,
): Promise<string[]> {
  const found: string[] = [];
  const visit = (prefix: string): void => {
    for (const seen of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      const { name } = seen;
      if (skip(name)) continue;
      const path = prefix === '' ? name : `${prefix}/${name}`;
      const entry = seen.isSymbolicLink() ? statSync(join(folder, path)) : seen;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) found.push(path);
    }
  };
  visit('');
  return found.toSorted();
}
