import { PipelineError } from '../../errors/error.ts';
import { parseDuration } from '../duration.ts';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';
import type { Command } from 'commander';

interface CleanFlags {
  olderThan: string;
  dryRun?: true;
  records?: true;
  lost?: true;
  yes?: true;
}

/** Adds `clean`. */
export function addClean(program: Command, act: Act): void {
  program
    .command('clean')
    .description('remove from the store what old runs have left and nobody refers to any more')
    .requiredOption('--older-than <duration>', 'of runs that ended longer ago than 12h, 30d …')
    .option('--dry-run', 'only say what would go')
    .option('--records', 'also the run records that list and show read, but for runs that registered a model')
    .option('--lost', 'also of runs that neither left a record nor are known to this Temporal server')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Registered models, what open runs need and what was used in the last hour stay. Safe while runs go on.
In a pipe: kind, count, bytes; separated by tabs.

Example:
  ${invocation} clean --older-than 30d --dry-run`,
    )
    .action(
      act<[CleanFlags]>(async (session, { olderThan, dryRun, records, lost, yes }) => {
        const age = parseDuration(olderThan, '--older-than');
        if (!dryRun && !yes && !session.io.isTTY)
          throw new PipelineError('USAGE', 'clean removes files and needs --yes where nobody can be asked.', {
            hint: `See first what would go: ${invocation} clean --older-than ${olderThan} --dry-run`,
          });
        const { cleanCommand } = await import('../clean.ts');
        return cleanCommand(session, {
          age,
          dryRun: dryRun ?? false,
          records: records ?? false,
          lost: lost ?? false,
          yes: yes ?? false,
        });
      }),
    );
}
