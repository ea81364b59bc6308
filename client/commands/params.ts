import type { Command } from 'commander';
import type { Pipeline } from '../../pipelines/pipeline.ts';
import { addParameterFlags } from '../parameters.ts';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';

/** Adds `params`. */
export function addParams(program: Command, act: Act, pipeline: Pipeline): void {
  const command = program
    .command('params')
    .description('change parameters of a run that no step has used yet; without flags, show them')
    .argument('[run]', 'run id; on a terminal the latest run by default');
  addParameterFlags(command, pipeline, { showDefaults: false })
    .addHelpText(
      'after',
      `
A parameter that a step has already used is refused.

Example:
  ${invocation} params training-20261123-083400-7f3a --test-size 0.3`,
    )
    .action(
      act<[string | undefined, Record<string, unknown>]>(async (session, given, options) =>
        (await import('../steer.ts')).changeParameters(session, given, options),
      ),
    );
}
