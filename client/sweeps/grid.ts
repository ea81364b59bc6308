/** The grid of a sweep, from flags that take several values. */
import type { Command } from 'commander';
import { PipelineError } from '../../errors/error.ts';
import { countCombinations, type Grid } from '../../workflows/grid.ts';
import type { Parameters, ParameterValue } from '../../workflows/messages.ts';
import { checkParameters, type ParameterSpec } from '../../workflows/parameters.ts';
import { mostTrainings } from '../../workflows/sweep-limits.ts';
import type { Pipeline } from '../../pipelines/pipeline.ts';
import { assertParameters, createOption, describeWithDefault, parseValue } from '../parameters.ts';
import { invocation, resolveTyped, type Session } from '../session.ts';

/** Adds a flag for each parameter; each may be repeated. */
export function addGridFlags(command: Command, { parameters }: Pipeline): Command {
  for (const [name, spec] of Object.entries(parameters)) {
    const { flags } = createOption(name, spec);
    const several = isNumeric(spec) ? flags.replace(/>$/, 's>') : flags;
    command.option(several, describeWithDefault(spec), collect);
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
  session: Session,
): { parameters: Parameters; grid: Grid } {
  const specs = session.pipeline.parameters;
  const parameters: Parameters = {};
  const grid: Grid = {};
  const problems: string[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const texts = (options[createOption(name, spec).attributeName()] ?? []) as string[];
    const values = new Set(texts.flatMap((text) => parseValues(name, spec, text, problems)));
    problems.push(...[...values].flatMap((value) => checkParameters(specs, { [name]: value })));
    const good = [...values].map((value) =>
      spec.type === 'file' ? resolveTyped(session, String(value)) : value,
    );
    if (good.length === 1) parameters[name] = good[0]!;
    else if (good.length > 1) grid[name] = good;
  }
  assertParameters(specs, problems);
  assertSize(grid);
  return { parameters, grid };
}

function parseValues(name: string, spec: ParameterSpec, text: string, problems: string[]): ParameterValue[] {
  if (!isNumeric(spec)) return [text];
  return text.split(',').flatMap((part) => {
    if (!part.includes('..')) return [parseValue(spec, part)];
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

const isNumeric = ({ type }: ParameterSpec): boolean => type === 'number' || type === 'integer';

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
