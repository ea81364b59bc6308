import type { Command } from 'commander';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';

/** Adds `models list`, `models show` and `models download`. */
export function addModels(program: Command, act: Act): void {
  const models = program.command('models').description('list, show and download registered models');
  models
    .command('list')
    .description('list the newest version of each model, or all versions of one')
    .argument('[name]', 'name of a model')
    .option('--limit <count>', 'at most so many', Number, 20)
    .addHelpText('after', `\nExample:\n  ${invocation} models list diabetes`)
    .action(
      act<[string | undefined, { limit: number }]>(async (session, name, { limit }) =>
        (await import('../models.ts')).listCommand(session, name, limit),
      ),
    );
  models
    .command('show')
    .description('show a version of a model')
    .argument('<model>', 'name, or name:version; the newest version by default')
    .addHelpText('after', `\nExample:\n  ${invocation} models show diabetes:3`)
    .action(
      act<[string]>(async (session, model) => (await import('../models.ts')).showModel(session, model)),
    );
  models
    .command('download')
    .description('copy the files of a version')
    .argument('<model>', 'name, or name:version; the newest version by default')
    .option('--to <folder>', 'new folder to copy to (default: <name>-<version>)')
    .addHelpText('after', `\nExample:\n  ${invocation} models download diabetes:3 --to /tmp/model`)
    .action(
      act<[string, { to?: string }]>(async (session, model, { to }) =>
        (await import('../models.ts')).downloadModel(session, model, to),
      ),
    );
}
