import type { Command } from 'commander';
import { invocation } from '../../errors/invocation.ts';
import type { Pipeline } from '../../pipelines/pipeline.ts';
import { createOption } from '../parameters.ts';
import type { Act } from '../program.ts';

/** Adds `init`. */
export function addInit(program: Command, act: Act, pipeline: Pipeline): void {
  program
    .command('init')
    .description('make your own training script a pipeline: lay down what it needs beside it')
    .argument('[script]', 'a .py, .ts or .js file below this folder (default: the one that is here)')
    .addHelpText(
      'after',
      `
It writes a component file with the flags the script shows, pipeline.ts and temporal-azureml.json, and leaves what is
there as it is. stdout has the files.

Example:
  ${invocation} init train.py`,
    )
    .action(
      act<[string | undefined]>(async (session, script) =>
        (await import('../init.ts')).initCommand(session, script, listFlags(program, pipeline)),
      ),
    );
}

/** Every flag that may stand beside the parameters of a run. */
function listFlags(program: Command, { parameters }: Pipeline): Set<string> {
  const own = new Set(Object.entries(parameters).map((entry) => createOption(...entry).long));
  const commands = program.commands.filter((command) => command.name() !== 'models');
  const all = [program, ...commands, ...commands.flatMap((command) => command.commands)];
  return new Set([
    '--help',
    ...all.flatMap(({ options }) => options.flatMap(({ long }) => (long && !own.has(long) ? long : []))),
  ]);
}
