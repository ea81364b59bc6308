import type { Command } from 'commander';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';
import { namesSweep } from '../sweeps/name.ts';

/** Adds `progress`. */
export function addProgress(program: Command, act: Act): void {
  program
    .command('progress')
    .description('show where a run or a sweep is now')
    .argument('[run]', 'id of a run or a sweep; on a terminal the latest run by default')
    .option('--follow', 'watch it to its end')
    .addHelpText('after', `\nExample:\n  ${invocation} progress training-20261123-083400-7f3a`)
    .action(
      act<[string | undefined, { follow?: true }]>(async (session, given, { follow }) => {
        const sweep = await namesSweep(session, given);
        if (follow && sweep) return (await import('../sweeps/watch.ts')).followSweep(session, given!, {});
        if (sweep) return (await import('../sweeps/inspect.ts')).showSweepProgress(session, given!);
        if (follow) return (await import('../follow.ts')).followRun(session, given, {});
        return (await import('../inspect.ts')).showProgress(session, given);
      }),
    );
}
