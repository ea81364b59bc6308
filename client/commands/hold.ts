import type { Command } from 'commander';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';

const verbs = {
  pause: ['hold a run before its next step', 'data arrives at noon'],
  resume: ['let a paused run go on', 'data is there'],
  approve: ['let the step that waits for approval run', 'good enough for the pilot'],
  reject: ['end a run before the step that waits for approval', 'worse than version 3'],
} as const;

/** Adds `pause`, `resume`, `approve` and `reject`. */
export function addHolds(program: Command, act: Act): void {
  for (const verb of Object.keys(verbs) as (keyof typeof verbs)[]) {
    const [description, reason] = verbs[verb];
    program
      .command(verb)
      .description(description)
      .argument('[run]', 'run id; on a terminal the latest run by default')
      .option('--reason <text>', 'why, for the record', '')
      .addHelpText(
        'after',
        `\nExample:\n  ${invocation} ${verb} training-20261123-083400-7f3a --reason "${reason}"`,
      )
      .action(
        act<[string | undefined, { reason: string }]>(async (session, given, { reason: why }) =>
          (await import('../hold.ts')).tellRun(session, given, { verb, reason: why }),
        ),
      );
  }
}
