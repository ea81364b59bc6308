import type { Command } from 'commander';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';

/** Adds `download`. */
export function addDownload(program: Command, act: Act): void {
  program
    .command('download')
    .description('copy what the steps of a run have left: outputs, metrics, figures, logs')
    .argument('<run>', 'run id')
    .argument('[step]', 'only this step')
    .option('--to <folder>', 'new folder to copy to (default: the run id)')
    .addHelpText(
      'after',
      `\nExample:\n  ${invocation} download training-20261123-083400-7f3a train --to /tmp/train`,
    )
    .action(
      act<[string, string | undefined, { to?: string }]>(async (session, run, step, { to }) =>
        (await import('../downloading.ts')).downloadRun(session, run, step, to),
      ),
    );
}
