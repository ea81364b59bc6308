import type { ParameterSpec } from '../workflows/parameters.ts';
import type { Script } from './script.ts';

/** A flag of a script as a parameter of its pipeline and an input of its step, which have one name. */
export interface ScriptParameter {
  name: string;
  /** As the script has it: `--learning-rate`. */
  flag: string;
  spec: ParameterSpec;
}

/** What the caller knows of the world around the script. */
export interface Surroundings {
  /** Whether a path, relative to the project folder, is a file. */
  isFile: (path: string) => boolean;
  /** Flags the client has itself. */
  taken: ReadonlySet<string>;
}

/** The parameters of a script. A default that is the path of a file makes it a file. */
export function listParameters({ flags }: Script, { isFile, taken }: Surroundings): ScriptParameter[] {
  const byName = new Map<string, ScriptParameter>();
  for (const { flag, type, default: initial, required, description } of flags) {
    const name = flag.slice(2).replaceAll('-', '_').slice(0, 63);
    // Sub-commands may share a flag.
    if (byName.has(name)) continue;
    const isPath = typeof initial === 'string' && initial !== '' && isFile(initial);
    const spec: ParameterSpec = {
      type: isPath ? 'file' : type,
      description,
      ...(initial === undefined || initial === '' ? {} : { default: initial }),
      ...(required && initial === undefined ? { required } : {}),
      flag: `${taken.has(flag) ? `--script-${flag.slice(2)}` : flag} <${isPath ? 'file' : valueNames[type]}>`,
    };
    byName.set(name, { name, flag, spec });
  }
  return [...byName.values()];
}

const valueNames = { number: 'number', integer: 'number', string: 'text' } as const;
