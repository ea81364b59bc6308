import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { readArgparse } from './argparse.ts';
import { readParseArgs } from './parse-args.ts';

/** A flag of a script, as far as its source shows it. */
export interface ScriptFlag {
  /** As it is typed: `--learning-rate`. */
  flag: string;
  type: 'number' | 'integer' | 'string';
  default?: string | number;
  required: boolean;
  description: string;
}

/** What the source of a script shows. */
export interface ScriptFlags {
  flags: ScriptFlag[];
  /** Flags that cannot become parameters: switches, lists, positions. */
  left: string[];
}

/** A training script. */
export interface Script extends ScriptFlags {
  /** Relative to the project folder, with slashes. */
  path: string;
  language: 'python' | 'typescript';
  /** Its file name as the name of a step: letters, digits and underscores. */
  name: string;
}

/** The files that can be a script, by how their names end. */
export const languages: Readonly<Record<string, Script['language']>> = {
  '.py': 'python',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.js': 'typescript',
  '.mjs': 'typescript',
};

/** Reads a script's flags from its source, without running it. */
export async function readScript(file: string, path: string): Promise<Script> {
  const language = languages[extname(file)]!;
  const flags =
    language === 'python' ? await readArgparse(file) : readParseArgs(await readFile(file, 'utf8'));
  const name = basename(file, extname(file))
    .replaceAll(/\W/g, '_')
    .replace(/^(?=\d)/, '_')
    .slice(0, 63);
  return { path, language, name, ...flags };
}
