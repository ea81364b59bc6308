import type { Command } from 'commander';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';
import { collect, parseCount } from './values.ts';

interface BestFlag {
  best?: string;
}

const bestFlag = ['--best <metric>', 'the version with the best value of this metric'] as const;

const aboutBest = `
--best takes the highest value of a metric, but the lowest of mse, rmse, mae and of names that end in loss or
error. Say it where that is wrong: --best depth:min. Of equal versions it takes the newest.
`;

const aboutModel = 'name, name:version or name:latest; the newest version by default';

/** Adds `models` and its commands. */
export function addModels(program: Command, act: Act): void {
  const models = program
    .command('models')
    .description('list, show, compare, use, tag, download and delete registered models');
  const add = [addList, addShow, addCompare, addPredict, addTag, addDownload, addDelete];
  for (const one of add) one(models, act);
}

function addList(models: Command, act: Act): void {
  models
    .command('list')
    .description('list the newest version of each model, or all versions of one')
    .argument('[name]', 'name of a model')
    .option('--limit <count>', 'at most so many', parseCount, 20)
    .option('--tag <key=value>', 'only versions with this tag, or this key; may be repeated', collect)
    .option(...bestFlag)
    .addHelpText(
      'after',
      `${aboutBest}
In a pipe: model, version, time, run, tags, with --best its value; separated by tabs.

Examples:
  ${invocation} models list diabetes --tag stage=production
  ${invocation} models list --best r2`,
    )
    .action(
      act<[string | undefined, BestFlag & { limit: number; tag?: string[] }]>(
        async (session, name, { limit, tag: tags = [], best }) =>
          (await import('../models/listing.ts')).listModels(session, name, { limit, tags, best }),
      ),
    );
}

function addShow(models: Command, act: Act): void {
  models
    .command('show')
    .description('show a version: its run, metrics, parameters, data, code, approval and tags')
    .argument('<model>', aboutModel)
    .option(...bestFlag)
    .addHelpText(
      'after',
      `${aboutBest}
Examples:
  ${invocation} models show diabetes:3
  ${invocation} models show diabetes --best r2`,
    )
    .action(
      act<[string, BestFlag]>(async (session, model, { best }) =>
        (await import('../models/inspection.ts')).showModel(session, model, { best }),
      ),
    );
}

function addCompare(models: Command, act: Act): void {
  models
    .command('compare')
    .description('compare two versions: metrics, parameters that differ, data, code, coefficients')
    .argument('<a>', aboutModel)
    .argument('<b>', 'the same, of this model or of another')
    .addHelpText(
      'after',
      `
The difference is what the second has more than the first.
In a pipe: what, name, both values, difference; separated by tabs.

Example:
  ${invocation} models compare diabetes:1 diabetes:latest`,
    )
    .action(
      act<[string, string]>(async (session, a, b) =>
        (await import('../models/comparison.ts')).compareModels(session, [a, b]),
      ),
    );
}

function addPredict(models: Command, act: Act): void {
  models
    .command('predict')
    .description('predict from the raw rows of a CSV file')
    .argument('<model>', aboutModel)
    .requiredOption('--data <file>', 'CSV file; its first line names the columns')
    .option('--out <file>', 'CSV file to write (default: stdout)')
    .option(...bestFlag)
    .addHelpText(
      'after',
      `
The rows are scaled as the model's training data was. Columns are found by name, others are passed over. The answer
is one column, prediction, with a line for each row in the order of the rows: paste -d, puts the two side by side.
${aboutBest}
Examples:
  ${invocation} models predict diabetes --data rows.csv --out predictions.csv
  npm run -s client -- models predict diabetes:3 --data rows.csv | paste -d, rows.csv -`,
    )
    .action(
      act<[string, BestFlag & { data: string; out?: string }]>(async (session, model, { data, out, best }) =>
        (await import('../models/prediction.ts')).predictRows(session, model, { data, out, best }),
      ),
    );
}

function addTag(models: Command, act: Act): void {
  models
    .command('tag')
    .description('set and remove tags of a version; without changes, show them')
    .argument('<model>', aboutModel)
    .argument('[changes...]', 'key=value, as many as you like')
    .option('--remove <key>', 'tag to remove; may be repeated', collect)
    .addHelpText(
      'after',
      `\nExample:\n  ${invocation} models tag diabetes:3 stage=production owner=kim --remove candidate`,
    )
    .action(
      act<[string, string[], { remove?: string[] }]>(async (session, model, changes, { remove = [] }) =>
        (await import('../models/tagging.ts')).tagModel(session, model, changes, remove),
      ),
    );
}

function addDownload(models: Command, act: Act): void {
  models
    .command('download')
    .description('copy the files of a version')
    .argument('<model>', aboutModel)
    .option('--to <folder>', 'new folder to copy to (default: <name>-<version>)')
    .option(...bestFlag)
    .addHelpText(
      'after',
      `${aboutBest}
Example:
  ${invocation} models download diabetes:3 --to /tmp/model`,
    )
    .action(
      act<[string, BestFlag & { to?: string }]>(async (session, model, { to, best }) =>
        (await import('../models/inspection.ts')).downloadModel(session, model, { to, best }),
      ),
    );
}

function addDelete(models: Command, act: Act): void {
  models
    .command('delete')
    .description('delete versions; asks first')
    .argument('<model...>', 'name:version or name:latest')
    .option('--yes', 'do not ask; needed where there is no terminal')
    .addHelpText(
      'after',
      `
The numbers are not given again, and the runs that registered them do not register again.

Example:
  ${invocation} models delete diabetes:1 diabetes:2`,
    )
    .action(
      act<[string[], { yes?: true }]>(async (session, texts, { yes }) =>
        (await import('../models/deletion.ts')).deleteModels(session, texts, { yes: yes ?? false }),
      ),
    );
}
