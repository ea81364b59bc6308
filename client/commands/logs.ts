import type { Command } from 'commander';
import { PipelineError } from '../../errors/error.ts';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';

interface LogFlags {
  follow?: true;
  tail?: string;
  attempt?: string;
}

/** Adds `logs`. */
export function addLogs(program: Command, act: Act): void {
  program
    .command('logs')
    .description('print what a step has written on stdout and stderr')
    .argument('[run]', 'run id; on a terminal the latest run by default')
    .argument('[step]', 'step; by default the one that runs, else the last one that has a log')
    .option('-f, --follow', 'go on until the run, or the step that is named, has ended')
    .option('--tail <lines>', 'only so many lines from the end')
    .option('--attempt <number>', 'the log of an earlier attempt (default: the last)')
    .addHelpText(
      'after',
      `
stdout has the bytes of the log and nothing else; stderr says which step they are of. With -o json
the answer is where the log is.

Examples:
  ${invocation} logs training-20261123-083400-7f3a --follow
  ${invocation} logs training-20261123-083400-7f3a train --tail 20`,
    )
    .action(
      act<[string | undefined, string | undefined, LogFlags]>(async (session, run, step, flags) => {
        const tail = parseCount(flags.tail, '--tail', 0);
        const attempt = parseCount(flags.attempt, '--attempt', 1);
        const { showLogs } = await import('../logs.ts');
        return showLogs(session, run, { step, attempt, tail, follow: flags.follow ?? false });
      }),
    );
}

function parseCount(text: string | undefined, flag: string, least: number): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (count >= least && Number.isSafeInteger(count)) return count;
  throw new PipelineError('USAGE', `${flag} must be a whole number from ${least} on, not ${text}.`);
}
