import type { Command } from 'commander';
import { parseDuration } from '../duration.ts';
import type { Pipeline } from '../../pipelines/pipeline.ts';
import { addParameterFlags } from '../parameters.ts';
import type { Act } from '../program.ts';
import { addRunFlags } from '../run-input.ts';
import { invocation } from '../session.ts';
import type { StartOptions } from './start.ts';

/** The options of `rerun`, beside the parameters. */
export interface RerunOptions extends StartOptions {
  from?: string;
}

/** Adds `rerun`. */
export function addRerun(program: Command, act: Act, pipeline: Pipeline): void {
  const command = program
    .command('rerun')
    .description('start a run from an old one, keeping its results that are still valid')
    .argument('<run>', 'run id; its record is enough')
    .option('--from <step>', 'run this step and all after it, also where nothing has changed');
  addRunFlags(addParameterFlags(command, pipeline, { showDefaults: false }), pipeline)
    .option('--id <run>', 'id of the new run (default: made from the time)')
    .option('-w, --watch', 'watch the run to its end')
    .option('--timeout <duration>', 'with --watch: stop watching after 30s, 5m, 2h …')
    .option('--cancel-on-interrupt', 'with --watch: Ctrl-C cancels the run')
    .addHelpText(
      'after',
      `
Parameters are those of the old run, unless given. The code is that of the working copy: a step of which anything has
changed runs again, and it is said why.

Example:
  ${invocation} rerun training-20261123-083400-7f3a --from train --test-size 0.3 --watch`,
    )
    .action(
      act<[string, RerunOptions & Record<string, unknown>]>(async (session, runId, options) => {
        const timeout =
          options.timeout === undefined ? undefined : parseDuration(options.timeout, '--timeout');
        return (await import('../rerun.ts')).rerunCommand(session, runId, options, timeout);
      }),
    );
}
