import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's copy of the diabetes data. */
export const diabetes = fileURLToPath(new URL('../../data/diabetes.csv', import.meta.url));

/** What a program printed and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of steps/ in a folder, as a person would type it. */
export function runStep(folder: string, program: string, ...flags: string[]): Promise<Ended> {
  const path = fileURLToPath(new URL(`../../steps/${program}.ts`, import.meta.url));
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'temporal-azureml-test-compile-cache') };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [path, ...flags], { cwd: folder, env }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** Every file below a folder, sorted. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}
