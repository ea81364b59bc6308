import type { Command } from 'commander';
import { invocation } from '../../errors/invocation.ts';
import type { Act } from '../program.ts';
import type { Session } from '../session.ts';

/** Adds `worker` and `dev`: what has to be up for runs to go on. */
export function addWorker(program: Command, act: Act): void {
  program
    .command('worker')
    .description('serve the runs of this folder, until Ctrl-C')
    .addHelpText(
      'after',
      `
It runs their steps on this machine, and waits for Temporal where it is not up yet.

Example:
  ${invocation} worker`,
    )
    .action(
      act<[]>(async (session) => {
        applyConfig(session);
        return (await import('../../worker/process.ts')).runWorker(process.env, session.io.cwd);
      }),
    );
  program
    .command('dev')
    .description('a Temporal server with its Web UI, and a worker, until Ctrl-C')
    .addHelpText(
      'after',
      `
Runs go on when it is started again: the server keeps them in .temporal-azureml/dev.db.

Example:
  ${invocation} dev`,
    )
    .action(
      act<[]>(async (session) => {
        applyConfig(session);
        return (await import('../../dev/development.ts')).runDevelopment(session.io.cwd);
      }),
    );
}

/** The worker reads its environment alone, for it is a program of its own: flags and `.env` go there. */
function applyConfig({ config }: Session): void {
  const { address, namespace, profile } = config.connection;
  Object.assign(process.env, config.env);
  for (const [name, value] of Object.entries({ address, namespace, profile }))
    if (value !== undefined) process.env[`TEMPORAL_${name.toUpperCase()}`] = value;
}
