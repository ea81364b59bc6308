import { resolve } from 'node:path';
import type { Command } from 'commander';
import { PipelineError } from '../errors/error.ts';
import { checkParameters } from '../workflows/parameters.ts';
import type { Parameters, ParameterValue } from '../workflows/messages.ts';
import { trainingParameters } from '../workflows/training-parameters.ts';
import type { IO } from './io.ts';

type ParameterName = keyof typeof trainingParameters;

const flags: Record<ParameterName, { flag: string; option: string; value: string }> = {
  test_size: { flag: '--test-size', option: 'testSize', value: '<share>' },
  random_state: { flag: '--seed', option: 'seed', value: '<number>' },
  features: { flag: '--features', option: 'features', value: '<columns>' },
  data: { flag: '--data', option: 'data', value: '<file>' },
  model_name: { flag: '--model-name', option: 'modelName', value: '<name>' },
};

/** Adds a flag for each parameter of the training pipeline. */
export function addParameterFlags(command: Command, { showDefaults }: { showDefaults: boolean }): Command {
  for (const [name, { flag, value }] of Object.entries(flags)) {
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
export function readParameterFlags(options: Record<string, unknown>, { env, cwd }: IO): Parameters {
  const given: Parameters = {};
  for (const [name, { option }] of Object.entries(flags)) {
    const text = options[option];
    if (typeof text === 'string') given[name] = parseValue(name as ParameterName, text);
  }
  const problems = checkParameters(trainingParameters, given);
  if (problems.length > 0)
    throw new PipelineError('PARAMETERS_INVALID', problems.join(' '), {
      hint: `Correct ${Object.entries(flags)
        .filter(([name]) => problems.some((problem) => problem.startsWith(`${name} `)))
        .map(([, { flag }]) => flag)
        .join(', ')}; --help describes each.`,
    });
  if (given['data'] !== undefined) given['data'] = resolve(env['INIT_CWD'] ?? cwd, String(given['data']));
  return given;
}

function parseValue(name: ParameterName, text: string): ParameterValue {
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
