import type { Command } from 'commander';
import { PipelineError } from '../../errors/error.ts';
import { parseDuration } from '../duration.ts';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';
import { namesSweep } from '../sweeps/name.ts';

interface CancelFlags {
  reason: string;
  wait?: true;
  timeout?: string;
  terminate?: true;
  yes?: true;
}

/** Adds `cancel`. */
export function addCancel(program: Command, act: Act): void {
  program
    .command('cancel')
    .description('stop a run, or a sweep with all its runs, and clean up after it')
    .argument('[run]', 'id of a run or a sweep; on a terminal the latest run by default')
    .option('--reason <text>', 'why, for the record', 'no reason given')
    .option('--wait', 'wait until it is confirmed that nothing of the run is alive')
    .option('--timeout <duration>', 'with --wait: stop waiting after 30s, 5m, 2h …')
    .option('--terminate', 'last resort: end the run in Temporal without any clean-up')
    .option('--yes', 'with --terminate: do not ask')
    .addHelpText(
      'after',
      `\nExample:\n  ${invocation} cancel training-20261123-083400-7f3a --reason "wrong data" --wait`,
    )
    .action(
      act<[string | undefined, CancelFlags]>(
        async (session, given, { reason, wait, timeout, terminate, yes }) => {
          if (terminate && !yes && !session.io.isTTY)
            throw new PipelineError(
              'USAGE',
              '--terminate leaves processes of the run alive and needs --yes.',
              {
                hint: `Without it the run is stopped cleanly: ${invocation} cancel ${given ?? '<run>'} --wait`,
              },
            );
          const milliseconds = timeout === undefined ? undefined : parseDuration(timeout, '--timeout');
          if (!terminate && (await namesSweep(session, given)))
            return (await import('../sweeps/cancel.ts')).cancelSweep(session, given!, {
              reason,
              wait: wait ?? false,
              timeout: milliseconds,
            });
          const { cancelRun, terminateRun } = await import('../steer.ts');
          return terminate
            ? terminateRun(session, given, { reason, yes: yes ?? false })
            : cancelRun(session, given, { reason, wait: wait ?? false, timeout: milliseconds });
        },
      ),
    );
}
