/** The grid of a sweep, from flags that take several values. */
import type { Command } from 'commander';
import { PipelineError } from '../../errors/error.ts';
import { countCombinations, type Grid } from '../../workflows/grid.ts';
import type { Parameters, ParameterValue } from '../../workflows/messages.ts';
import { checkParameters } from '../../workflows/parameters.ts';
import { mostTrainings } from '../../workflows/sweep-limits.ts';
import { trainingParameters } from '../../workflows/training-parameters.ts';
import type { IO } from '../io.ts';
import {
  assertParameters,
  parameterFlags,
  parseValue,
  resolveData,
  type ParameterName,
} from '../parameters.ts';
import { invocation } from '../session.ts';

/** Adds a flag for each parameter; each may be repeated. */
export function addGridFlags(command: Command): Command {
  for (const [name, { flag, value }] of Object.entries(parameterFlags)) {
    const { description, default: initial } = trainingParameters[name as ParameterName];
    const several = isNumeric(name as ParameterName) ? `${value.slice(0, -1)}s>` : value;
    command.option(`${flag} ${several}`, `${description} (default: ${initial})`, collect);
  }
  return command;
}

const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];

/**
 * The parameters that have one value, and the values of those that have several. A number may be a list (`0.1,0.2`)
 * and a range of whole numbers (`0..9`, both included); any flag may be repeated. A value given twice counts once.
 *
 * @throws PipelineError PARAMETERS_INVALID naming every value that is wrong, USAGE
 */
export function readGridFlags(
  options: Record<string, unknown>,
  io: IO,
): { parameters: Parameters; grid: Grid } {
  const parameters: Parameters = {};
  const grid: Grid = {};
  const problems: string[] = [];
  for (const [key, { option }] of Object.entries(parameterFlags)) {
    const name = key as ParameterName;
    const values = new Set(
      ((options[option] ?? []) as string[]).flatMap((text) => parseValues(name, text, problems)),
    );
    const wrong = [...values].flatMap((value) => checkParameters(trainingParameters, { [name]: value }));
    problems.push(...wrong);
    const good = [...values].map((value) => (name === 'data' ? resolveData(value, io) : value));
    if (good.length === 1) parameters[name] = good[0]!;
    else if (good.length > 1) grid[name] = good;
  }
  assertParameters(problems);
  assertSize(grid);
  return { parameters, grid };
}

function parseValues(name: ParameterName, text: string, problems: string[]): ParameterValue[] {
  if (!isNumeric(name)) return [text];
  return text.split(',').flatMap((part) => {
    if (!part.includes('..')) return [parseValue(name, part)];
    const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(part) ?? [];
    const length = Number(last) - Number(first) + 1;
    if (first === undefined || length < 1) {
      problems.push(`${name} has a range that is not of whole numbers from low to high, as 0..9: ${part}.`);
      return [];
    }
    if (length > mostTrainings) throw tooMany(`${name} × ${length}`, length);
    return Array.from({ length }, (_, index) => Number(first) + index);
  });
}

function isNumeric(name: ParameterName): boolean {
  const { type } = trainingParameters[name];
  return type === 'number' || type === 'integer';
}

function assertSize(grid: Grid): void {
  const count = countCombinations(grid);
  if (count > mostTrainings) throw tooMany(describeGrid(grid), count);
  if (count > 1) return;
  throw new PipelineError('USAGE', 'Nothing varies: no parameter has more than one value.', {
    hint: `Give one several, as in ${invocation} sweep --test-size 0.1,0.2 --seed 0..9; for one run there is start.`,
  });
}

const tooMany = (grid: string, count: number): PipelineError =>
  new PipelineError('USAGE', `${grid} makes ${count} trainings; a sweep has at most ${mostTrainings}.`, {
    hint: 'Give fewer values, or start several sweeps one after the other.',
  });

/** How many values each parameter has: `test_size × 3, random_state × 10`. */
export const describeGrid = (grid: Grid): string =>
  Object.entries(grid)
    .map(([name, values]) => `${name} × ${values.length}`)
    .join(', ');
