import type { Command } from 'commander';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';

/** Adds `progress`. */
export function addProgress(program: Command, act: Act): void {
  program
    .command('progress')
    .description('show where a run is now')
    .argument('[run]', 'run id; on a terminal the latest run by default')
    .option('--follow', 'watch it to its end')
    .addHelpText('after', `\nExample:\n  ${invocation} progress training-20261123-083400-7f3a`)
    .action(
      act<[string | undefined, { follow?: true }]>(async (session, given, { follow }) => {
        if (follow) return (await import('../follow.ts')).followRun(session, given, {});
        return (await import('../inspect.ts')).showProgress(session, given);
      }),
    );
}
