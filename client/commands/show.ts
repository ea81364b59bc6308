import type { Command } from 'commander';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';
import { namesSweep } from '../sweeps/name.ts';

/** Adds `show`. */
export function addShow(program: Command, act: Act): void {
  program
    .command('show')
    .description('show what a run or a sweep was given and what it made')
    .argument('[run]', 'id of a run or a sweep; on a terminal the latest run by default')
    .option('--web', "open the run's report, a page one can mail, and print its path")
    .addHelpText('after', `\nExample:\n  ${invocation} show training-20261123-083400-7f3a --web`)
    .action(
      act<[string | undefined, { web?: true }]>(async (session, given, { web = false }) => {
        if (await namesSweep(session, given))
          return (await import('../sweeps/inspect.ts')).showSweep(session, given!, { web });
        return (await import('../inspect.ts')).showRun(session, given, { web });
      }),
    );
}
