import type { Command } from 'commander';
import type { Pipeline } from '../../pipelines/pipeline.ts';
import { addParameterFlags } from '../parameters.ts';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';

/** Adds `retry`. */
export function addRetry(program: Command, act: Act, pipeline: Pipeline): void {
  const command = program
    .command('retry')
    .description('try the failed step of a waiting run again')
    .argument('[run]', 'run id; on a terminal the latest run by default');
  addParameterFlags(command, pipeline, { showDefaults: false })
    .option('--reason <text>', 'why, for the record', '')
    .addHelpText(
      'after',
      `
For runs started with --on-failure wait. A parameter may change as long as no step that is kept has used it.

Example:
  ${invocation} retry training-20261123-083400-7f3a --test-size 0.3`,
    )
    .action(
      act<[string | undefined, { reason: string } & Record<string, unknown>]>(
        async (session, given, options) => (await import('../hold.ts')).retryRun(session, given, options),
      ),
    );
}
