import { Option, type Command } from 'commander';
import { parseDuration } from '../duration.ts';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';
import { parseCount } from './values.ts';

const states = ['running', 'completed', 'failed', 'cancelled', 'terminated'] as const;

interface ListFlags {
  status?: (typeof states)[number];
  limit: number;
  since?: string;
  sweep?: string;
}

/** Adds `list`. */
export function addList(program: Command, act: Act): void {
  program
    .command('list')
    .description('list runs and sweeps, the newest first')
    .addOption(new Option('--status <state>', 'only runs in this state').choices(states))
    .option('--limit <count>', 'at most so many', parseCount, 20)
    .option('--since <duration>', 'only runs started in the last 30m, 2h, 7d …')
    .option('--sweep <id>', 'only the runs of this sweep, which are left out otherwise')
    .addHelpText(
      'after',
      `
In a pipe: run id, state, start, seconds, test size, R2, model; separated by tabs.

Example:
  ${invocation} list --status failed --since 7d`,
    )
    .action(
      act<[ListFlags]>(async (session, { status, limit, since, sweep }) => {
        const milliseconds = since === undefined ? undefined : parseDuration(since, '--since');
        return (await import('../listing.ts')).listCommand(session, {
          status,
          limit,
          since: milliseconds,
          sweep,
        });
      }),
    );
}
