import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { PipelineError } from '../errors/error.ts';
import type { Pipeline } from '../pipelines/pipeline.ts';
import { addData, type FileStore } from '../store/file.ts';
import type { Parameters, ParameterValue } from '../workflows/messages.ts';
import { checkParameters, type ParameterSpec, type ParameterSpecs } from '../workflows/parameters.ts';
import { resolveTyped, type Session } from './session.ts';

const valueNames: Record<ParameterSpec['type'], string> = {
  number: 'number',
  integer: 'number',
  string: 'text',
  file: 'file',
};

/** Adds a flag for each parameter of the pipeline. */
export function addParameterFlags(
  command: Command,
  pipeline: Pipeline,
  { showDefaults }: { showDefaults: boolean },
): Command {
  for (const [name, spec] of Object.entries(pipeline.parameters)) {
    const option = createOption(name, spec);
    option.description = showDefaults ? describeWithDefault(spec) : spec.description;
    command.addOption(option);
  }
  return command;
}

/** What a parameter is, and what it is where it is not given. */
export function describeWithDefault({ description, default: initial, required }: ParameterSpec): string {
  const note = initial === undefined ? (required === true ? '(required)' : '') : `(default: ${initial})`;
  return [description, note].filter(Boolean).join(' ');
}

/** A parameter's flag, as commander has it. */
export function createOption(name: string, { flag, type }: ParameterSpec): Option {
  return new Option(flag ?? `--${name.toLowerCase().replaceAll('_', '-')} <${valueNames[type]}>`);
}

/**
 * The parameters that were given as flags. A file is an absolute path; npm runs us in the project folder, but the path
 * was typed in the folder npm was called from.
 *
 * @throws PipelineError PARAMETERS_INVALID naming every value that is wrong
 */
export function readParameterFlags(options: Record<string, unknown>, session: Session): Parameters {
  const { parameters } = session.pipeline;
  const given: Parameters = {};
  for (const [name, spec] of Object.entries(parameters)) {
    const text = options[createOption(name, spec).attributeName()];
    if (typeof text === 'string') given[name] = parseValue(spec, text);
  }
  assertParameters(parameters, checkParameters(parameters, given));
  return mapFiles(parameters, given, (file) => resolveTyped(session, file));
}

/** @throws PipelineError PARAMETERS_INVALID where there are problems: sentences that begin with the parameter's name */
export function assertParameters(specs: ParameterSpecs, problems: string[]): void {
  if (problems.length === 0) return;
  const wrong = Object.entries(specs).filter(([name]) =>
    problems.some((problem) => problem.startsWith(`${name} `)),
  );
  throw new PipelineError('PARAMETERS_INVALID', problems.join(' '), {
    hint: `Correct ${wrong.map(([name, spec]) => createOption(name, spec).long).join(', ')}; --help describes each.`,
  });
}

/** A value as its parameter has it: a number where it can be one, else the text, to be refused by its name. */
export function parseValue({ type }: ParameterSpec, text: string): ParameterValue {
  const isNumber = type === 'number' || type === 'integer';
  return isNumber && text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/**
 * All parameters of a new run: those given, and the defaults.
 *
 * @throws PipelineError PARAMETERS_INVALID where one has no value and is required
 */
export function completeParameters(
  given: Parameters,
  { io: { cwd }, pipeline: { parameters } }: Session,
): Parameters {
  const specs = Object.entries(parameters);
  const defaults = Object.fromEntries(
    specs.flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default]])),
  );
  const missing = specs.filter(
    ([name, { required }]) => required === true && defaults[name] === undefined && given[name] === undefined,
  );
  if (missing.length > 0)
    throw new PipelineError(
      'PARAMETERS_INVALID',
      `${missing.map(([name]) => name).join(', ')} must be given.`,
      {
        hint: `Add ${missing.map((entry) => createOption(...entry).flags).join(' ')}`,
      },
    );
  return { ...mapFiles(parameters, defaults, (file) => resolve(cwd, file)), ...given };
}

/**
 * Puts the files among parameters into the store; each is named by its place there from now on.
 *
 * @throws PipelineError DATA_NOT_FOUND, STORE_UNWRITABLE
 */
export async function placeFiles(
  store: FileStore,
  { parameters }: Pipeline,
  values: Parameters,
): Promise<Parameters> {
  const placed = Object.entries(values).map(async ([name, value]) => [
    name,
    parameters[name]?.type === 'file' ? await addData(store, String(value)) : value,
  ]);
  return Object.fromEntries(await Promise.all(placed)) as Parameters;
}

const mapFiles = (
  specs: Pipeline['parameters'],
  values: Parameters,
  map: (file: string) => string,
): Parameters =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      specs[name]?.type === 'file' ? map(String(value)) : value,
    ]),
  );
