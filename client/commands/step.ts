import type { Command } from 'commander';
import type { Pipeline } from '../../pipelines/pipeline.ts';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';
import { collect } from './values.ts';

/** Adds `step run`. */
export function addStep(program: Command, act: Act, pipeline: Pipeline): void {
  program
    .command('step')
    .description('run one step here, without Temporal')
    .command('run')
    .description('run one step of the working copy here, without Temporal')
    .argument('<name>', `name of the step: ${Object.keys(pipeline.steps).join(', ')}`)
    .option('--input <name=value>', 'an input of the step, a file by its path; may be repeated', collect, [])
    .option('--run <run>', 'run to take the other inputs from (default: the latest that ran the step)')
    .addHelpText(
      'after',
      `
Inputs that are not given are taken from the latest run, else from the component file.
The step's log goes to stderr, where its outputs are to stdout.

Example:
  ${invocation} step run train --input test_size=0.3`,
    )
    .action(
      act<[string, { input: string[]; run?: string }]>(async (session, name, { input, run }) =>
        (await import('../step.ts')).runStepCommand(session, name, { given: input, runId: run }),
      ),
    );
}
