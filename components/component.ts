import { readFile } from 'node:fs/promises';

import { PipelineError } from '../errors/error.ts';
import { findCommandProblems } from './references.ts';
import { checkNames, readInput, readOutput } from './declarations.ts';
import { warnOfKeys } from './keys.ts';
import { type ComponentShape, componentShape, type dataTypes } from './shape.ts';
import { type Path, Source } from './source.ts';
import type { Literal, LiteralType } from './values.ts';

/** A type of data that passes between steps. */
export type DataType = (typeof dataTypes)[number];

/** What a step takes under one name. */
export type InputSpec = {
  type: DataType | LiteralType;
  optional: boolean;
  default?: Literal;
  min?: number;
  max?: number;
  enum?: string[];
  description?: string;
  mode?: string;
};

/** What a step makes under one name. */
export type OutputSpec = { type: DataType; mode?: string; description?: string };

/** A step as Azure ML describes it: a command with named inputs and outputs. */
export type Component = {
  name: string;
  version?: string;
  displayName?: string;
  description?: string;
  inputs: Record<string, InputSpec>;
  outputs: Record<string, OutputSpec>;
  command: string;
  /** The folder with the step's program, as written: relative to the component's file. */
  code?: string;
  environment?: string | Record<string, unknown>;
  environmentVariables?: Record<string, string>;
  isDeterministic: boolean;
  limits?: { timeout?: number };
  tags?: Record<string, string>;
};

/** Reads a component's file; see `parseComponent`. */
export async function readComponent(file: string): Promise<{ component: Component; warnings: string[] }> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const why = missing ? 'there is no such file' : String(cause);
    throw new PipelineError('COMPONENT_NOT_FOUND', `Cannot read the component ${file}: ${why}.`, {
      hint: 'Name the .yml file of a command component.',
      cause,
    });
  }
  return parseComponent(text, file);
}

/** Reads a command component as Azure ML's tools do, and throws COMPONENT_INVALID with all its faults at once. */
export function parseComponent(text: string, fileName: string): { component: Component; warnings: string[] } {
  const source = new Source(text, fileName);
  const component = source.problems.length > 0 ? undefined : readShape(source);
  if (component === undefined || source.problems.length > 0) {
    const problems = source.problems.toSorted((a, b) => a.at - b.at).map((problem) => source.print(problem));
    const message = `${fileName} is not a command component that can be run:\n  ${problems.join('\n  ')}`;
    throw new PipelineError('COMPONENT_INVALID', message, {
      hint: `Correct ${fileName} at the lines named above.`,
    });
  }
  const warnings = source.warnings.toSorted((a, b) => a.at - b.at).map((warning) => source.print(warning));
  return { component, warnings };
}

function readShape(source: Source): Component | undefined {
  const refuse = (path: Path, message: string) => source.problems.push({ at: source.locate(path), message });
  const type = source.pythonText(['type']).toLowerCase();
  if (type !== '' && type !== 'command') {
    refuse(['type'], `type ${type} is not supported; only command components are`);
    return undefined;
  }
  let parsed = componentShape.safeParse(source.value);
  if (!parsed.success) {
    const paths = parsed.error.issues.map(({ path: keys, message }) => {
      const path = keys.map((key) => (typeof key === 'number' ? key : String(key)));
      refuse(path, path.length > 0 ? `${path.join('.')}: ${message}` : message);
      return path;
    });
    parsed = componentShape.safeParse(patchFaults(source.value, paths));
    if (!parsed.success) return undefined;
  }
  const component = buildComponent(parsed.data, source);
  warnOfKeys(parsed.data, source);
  checkNames(component, source);
  for (const { piece, skip, message, warning } of findCommandProblems(component)) {
    const remarks = warning ? source.warnings : source.problems;
    remarks.push({ at: source.locateInside(['command'], piece, skip), message });
  }
  return component;
}

/** Puts something harmless where a fault is, so that one reading finds the faults of the rest as well. */
function patchFaults(value: unknown, paths: Path[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const patched = new Map<string, unknown>(Object.entries(value));
  for (const [key, name] of paths) {
    const group = patched.get(String(key));
    if (key === 'name') patched.set(key, 'unnamed');
    else if (key === 'command') patched.set(key, '');
    else if ((key === 'inputs' || key === 'outputs') && typeof name === 'string') {
      patched.set(key, {
        ...(typeof group === 'object' ? group : {}),
        [name]: { type: key === 'inputs' ? 'integer' : 'uri_folder' },
      });
    } else patched.delete(String(key));
  }
  return Object.fromEntries(patched);
}

function buildComponent(shape: ComponentShape, source: Source): Component {
  const version = source.pythonText(['version']);
  const timeout = shape.limits?.timeout;
  const variables = shape.environment_variables;
  return {
    name: shape.name,
    ...(version === '' ? {} : { version }),
    ...(shape.display_name === undefined ? {} : { displayName: shape.display_name }),
    ...(shape.description === undefined ? {} : { description: shape.description }),
    ...(shape.tags === undefined ? {} : { tags: shape.tags }),
    isDeterministic: shape.is_deterministic,
    inputs: mapValues(shape.inputs, (input, name) => readInput(input, ['inputs', name], source)),
    outputs: mapValues(shape.outputs, readOutput),
    command: shape.command,
    ...(shape.code === undefined ? {} : { code: shape.code }),
    ...(shape.environment === undefined ? {} : { environment: shape.environment }),
    ...(variables === undefined
      ? {}
      : {
          environmentVariables: mapValues(variables, (_, name) =>
            source.pythonText(['environment_variables', name]),
          ),
        }),
    ...(timeout === undefined ? {} : { limits: { timeout } }),
  };
}

function mapValues<T, U>(record: Record<string, T>, map: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
