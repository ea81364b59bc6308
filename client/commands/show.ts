import type { Command } from 'commander';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';

/** Adds `show`. */
export function addShow(program: Command, act: Act): void {
  program
    .command('show')
    .description('show what a run was given and what it made')
    .argument('[run]', 'run id; on a terminal the latest run by default')
    .addHelpText('after', `\nExample:\n  ${invocation} show training-20261123-083400-7f3a`)
    .action(
      act<[string | undefined]>(async (session, given) =>
        (await import('../inspect.ts')).showRun(session, given),
      ),
    );
}
