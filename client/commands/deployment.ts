import type { Command } from 'commander';
import { PipelineError } from '../../errors/error.ts';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';

/** Adds `deployment list` and `deployment set-current`. */
export function addDeployment(program: Command, act: Act): void {
  const deployment = program
    .command('deployment')
    .description('which build of the workflow code takes the runs of the store');
  deployment
    .command('list')
    .description('list the builds that have served the store, the newest first')
    .addHelpText(
      'after',
      `
In a pipe: build, state, when it was first seen; separated by tabs. A draining build has had runs that are open; its
worker can be stopped as soon as another build is current: the runs go on there.

Example:
  ${invocation} deployment list`,
    )
    .action(act<[]>(async (session) => (await import('../deployment.ts')).listBuilds(session)));
  deployment
    .command('set-current')
    .description('give all runs, new and open ones, to a build')
    .argument('[build]', 'build id of a worker that is running (TEMPORAL_AZUREML_BUILD_ID)')
    .option('--unversioned', 'back to workers without a build id')
    .addHelpText('after', `\nExample:\n  ${invocation} deployment set-current 2026-11-24`)
    .action(
      act<[string | undefined, { unversioned?: true }]>(async (session, build, { unversioned }) => {
        if ((build === undefined) !== (unversioned ?? false))
          throw new PipelineError('USAGE', 'Name a build, or --unversioned.', {
            hint: `${invocation} deployment list shows the builds.`,
          });
        return (await import('../deployment.ts')).setCurrent(session, build);
      }),
    );
}
