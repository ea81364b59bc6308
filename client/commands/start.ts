import type { Command } from 'commander';
import { parseDuration } from '../duration.ts';
import type { Pipeline } from '../../pipelines/pipeline.ts';
import { addParameterFlags } from '../parameters.ts';
import type { Act } from '../program.ts';
import { addRunFlags, type RunOptions } from '../run-input.ts';
import { invocation } from '../session.ts';

/** The options of `start`, beside the parameters. */
export interface StartOptions extends RunOptions {
  id?: string;
  watch?: true;
  timeout?: string;
  cancelOnInterrupt?: true;
}

/** Adds `start`. */
export function addStart(program: Command, act: Act, pipeline: Pipeline): void {
  const command = program.command('start').description(`start a run of the ${pipeline.name} pipeline`);
  addRunFlags(addParameterFlags(command, pipeline, { showDefaults: true }), pipeline)
    .option('--id <run>', 'id of the run (default: made from the time)')
    .option('-w, --watch', 'watch the run to its end')
    .option('--timeout <duration>', 'with --watch: stop watching after 30s, 5m, 2h …')
    .option('--cancel-on-interrupt', 'with --watch: Ctrl-C cancels the run')
    .addHelpText(
      'after',
      `
In a pipe, start prints the run id alone. With --watch and -o json it ends with one object.

Example:
  ${invocation} start --test-size 0.2 --watch
  ${invocation} start --approve-if "r2 >= 0.15" --approval-timeout 2d`,
    )
    .action(
      act<[StartOptions & Record<string, unknown>]>(async (session, options) => {
        const timeout =
          options.timeout === undefined ? undefined : parseDuration(options.timeout, '--timeout');
        const { startCommand } = await import('../start.ts');
        return startCommand(session, options, timeout);
      }),
    );
}
