import { resolve } from 'node:path';
import type { Command } from 'commander';
import { PipelineError } from '../errors/error.ts';
import { checkParameters } from '../workflows/parameters.ts';
import type { Parameters, ParameterValue } from '../workflows/messages.ts';
import { trainingParameters } from '../workflows/training-parameters.ts';
import type { IO } from './io.ts';

export type ParameterName = keyof typeof trainingParameters;

/** The flag of each parameter, and the option commander makes of it. */
export const parameterFlags: Record<ParameterName, { flag: string; option: string; value: string }> = {
  test_size: { flag: '--test-size', option: 'testSize', value: '<share>' },
  random_state: { flag: '--seed', option: 'seed', value: '<number>' },
  features: { flag: '--features', option: 'features', value: '<columns>' },
  data: { flag: '--data', option: 'data', value: '<file>' },
  model_name: { flag: '--model-name', option: 'modelName', value: '<name>' },
};

/** Adds a flag for each parameter of the training pipeline. */
export function addParameterFlags(command: Command, { showDefaults }: { showDefaults: boolean }): Command {
  for (const [name, { flag, value }] of Object.entries(parameterFlags)) {
    const { description, default: initial } = trainingParameters[name as ParameterName];
    command.option(`${flag} ${value}`, showDefaults ? `${description} (default: ${initial})` : description);
  }
  return command;
}

/**
 * The parameters that were given as flags. The data file is an absolute path; npm runs us in the project folder, but
 * the path was typed in the folder npm was called from.
 *
 * @throws PipelineError PARAMETERS_INVALID naming every value that is wrong
 */
export function readParameterFlags(options: Record<string, unknown>, io: IO): Parameters {
  const given: Parameters = {};
  for (const [name, { option }] of Object.entries(parameterFlags)) {
    const text = options[option];
    if (typeof text === 'string') given[name] = parseValue(name as ParameterName, text);
  }
  assertParameters(checkParameters(trainingParameters, given));
  if (given['data'] !== undefined) given['data'] = resolveData(given['data'], io);
  return given;
}

/** @throws PipelineError PARAMETERS_INVALID where there are problems: sentences that begin with the parameter's name */
export function assertParameters(problems: string[]): void {
  if (problems.length === 0) return;
  const wrong = Object.entries(parameterFlags).filter(([name]) =>
    problems.some((problem) => problem.startsWith(`${name} `)),
  );
  throw new PipelineError('PARAMETERS_INVALID', problems.join(' '), {
    hint: `Correct ${wrong.map(([, { flag }]) => flag).join(', ')}; --help describes each.`,
  });
}

/** The path of a data file as it was typed: npm runs us in the project folder, not in the one it was called from. */
export const resolveData = (path: ParameterValue, { env, cwd }: Pick<IO, 'env' | 'cwd'>): string =>
  resolve(env['INIT_CWD'] ?? cwd, String(path));

/** A value as its parameter has it: a number where it can be one, else the text, to be refused by its name. */
export function parseValue(name: ParameterName, text: string): ParameterValue {
  const { type } = trainingParameters[name];
  const isNumber = type === 'number' || type === 'integer';
  return isNumber && text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/** All parameters of a new run: those given, and the defaults. */
export function completeParameters(given: Parameters, { cwd }: IO): Parameters {
  const initial = Object.fromEntries(
    Object.entries(trainingParameters).map(([name, spec]) => [
      name,
      spec.type === 'file' ? resolve(cwd, spec.default) : spec.default,
    ]),
  );
  return { ...initial, ...given };
}
