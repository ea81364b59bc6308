import type { Command } from 'commander';
import type { Pipeline } from '../../pipelines/pipeline.ts';
import { parseDuration } from '../duration.ts';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';
import { addGridFlags } from '../sweeps/grid.ts';

/** The options of `sweep`, beside the parameters. */
export interface SweepOptions {
  maxParallel?: string;
  best?: string;
  registerBest?: true | string;
  forceRerun?: true;
  maxAttempts?: string;
  id?: string;
  watch?: true;
  timeout?: string;
  cancelOnInterrupt?: true;
}

/** Adds `sweep`. */
export function addSweep(program: Command, act: Act, pipeline: Pipeline): void {
  const command = program
    .command('sweep')
    .description('train with every combination of several values, and say which was best');
  addGridFlags(command, pipeline)
    .option('--max-parallel <number>', 'trainings at once (default: the cores of this machine)')
    .option('--best <metric>', 'what makes a training the best (default: r2)')
    .option('--register-best [metric]', 'register the model of the best training at the end')
    .option('--force-rerun', 'run every step, also where a result could be reused')
    .option('--max-attempts <number>', 'how often a step is tried that asks for it (default: 3)')
    .option('--id <sweep>', 'id of the sweep (default: made from the time)')
    .option('-w, --watch', 'watch the sweep to its end')
    .option('--timeout <duration>', 'with --watch: stop watching after 30s, 5m, 2h …')
    .option('--cancel-on-interrupt', 'with --watch: Ctrl-C cancels the sweep')
    .addHelpText(
      'after',
      `
A number takes a list (0.1,0.2) and a range of whole numbers (0..9, both included). Every flag may be
repeated, which is how text takes several values: --features bmi --features bmi,bp.
--best takes the highest value of a metric, the lowest of an error or a loss; depth:min says it.
watch, progress, show and cancel take the id of a sweep; list --sweep <id> lists its runs.
In a pipe, sweep prints the id of the sweep alone.

Example:
  ${invocation} sweep --test-size 0.1,0.2,0.3 --seed 0..9 --max-parallel 4 --watch`,
    )
    .action(
      act<[SweepOptions & Record<string, unknown>]>(async (session, options) => {
        const timeout =
          options.timeout === undefined ? undefined : parseDuration(options.timeout, '--timeout');
        const { sweepCommand } = await import('../sweeps/start.ts');
        return sweepCommand(session, options, timeout);
      }),
    );
}
