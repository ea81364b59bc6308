import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { digestOfFile } from '../store/digest.ts';

/** What the commands of the local target run in: this machine's Node and the packages beside the worker. */
export interface Environment {
  /** Part of the reuse key: `node v24.21.0, packages 3f2a9c01`. */
  name: string;
  /** The packages a step's code may import, or undefined where there are none. */
  packages: string | undefined;
}

/**
 * The environment of a project folder.
 *
 * @param root the folder with `node_modules` and `package-lock.json`
 */
export async function readEnvironment(root: string): Promise<Environment> {
  const lockFile = join(root, 'package-lock.json');
  const packages = join(root, 'node_modules');
  const digest = existsSync(lockFile) ? (await digestOfFile(lockFile)).slice(0, 8) : 'none';
  return {
    name: `node ${process.version}, packages ${digest}`,
    packages: existsSync(packages) ? packages : undefined,
  };
}
