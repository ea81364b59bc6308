import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PipelineError } from '../errors/error.ts';
import type { ScriptFlag, ScriptFlags } from './script.ts';

/** What `argparse.py` prints for a call of `add_argument`. */
interface Argument {
  names: string[];
  type: string | null;
  default: string | number | boolean | null;
  required: boolean;
  help: string | null;
  plain: boolean;
}

const reader = join(import.meta.dirname, 'argparse.py');
const types: Record<string, 'integer' | 'number' | undefined> = { int: 'integer', float: 'number' };

/**
 * The flags a Python script gives to argparse, read by Python itself.
 *
 * @throws PipelineError SCRIPT_UNREADABLE where there is no `python3`, or the script is no Python
 */
export async function readArgparse(file: string): Promise<ScriptFlags> {
  const found: ScriptFlags = { flags: [], left: [] };
  for (const { names, type, default: initial, required, help, plain } of await listArguments(file)) {
    const flag = names.find((name) => /^--[A-Za-z][\w-]*$/.test(name));
    if (flag === undefined || !plain || typeof initial === 'boolean') {
      found.left.push(flag ?? names[0] ?? '?');
      continue;
    }
    found.flags.push({ flag, ...readValue(type, initial), required, description: help ?? '' });
  }
  return found;
}

function readValue(
  type: string | null,
  initial: string | number | null,
): Pick<ScriptFlag, 'type' | 'default'> {
  const declared = types[type ?? ''];
  if (initial === null) return { type: declared ?? 'string' };
  // argparse converts a default that is a text.
  const value = declared !== undefined && Number.isFinite(Number(initial)) ? Number(initial) : initial;
  if (typeof value === 'string') return { type: 'string', default: value };
  return { type: declared === 'number' || !Number.isInteger(value) ? 'number' : 'integer', default: value };
}

async function listArguments(file: string): Promise<Argument[]> {
  try {
    const { stdout } = await promisify(execFile)('python3', [reader, file]);
    return JSON.parse(stdout) as Argument[];
  } catch (cause) {
    const { code, stderr = '' } = cause as { code?: unknown; stderr?: string };
    if (code === 'ENOENT')
      throw new PipelineError(
        'SCRIPT_UNREADABLE',
        'There is no python3 on PATH, and the step is to run with it.',
        {
          hint: 'Install Python, or activate the environment that has it.',
          cause,
        },
      );
    throw new PipelineError(
      'SCRIPT_UNREADABLE',
      `${file} is not read by python3: ${stderr.trim().split('\n').at(-1)}`,
      {
        hint: 'Correct the script, or name another one.',
        cause,
      },
    );
  }
}
