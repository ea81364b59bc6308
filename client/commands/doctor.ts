import type { Command } from 'commander';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';

/** Adds `doctor`. */
export function addDoctor(program: Command, act: Act): void {
  program
    .command('doctor')
    .description('check the configuration and everything it names; changes nothing')
    .addHelpText(
      'after',
      `\nEnds with exit code 1 where something is wrong.\n\nExample:\n  ${invocation} doctor`,
    )
    .action(act<[]>(async (session) => (await import('../doctor.ts')).doctorCommand(session)));
}
