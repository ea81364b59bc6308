import type { Command } from 'commander';
import type { Pipeline } from '../../pipelines/pipeline.ts';
import type { Act } from '../program.ts';
import type { OverlapName } from '../schedule/policy.ts';
import { invocation } from '../session.ts';
import { addOverlap, addScheduleCreate, addScheduleUpdate } from './schedule-create.ts';

/** Adds `schedule` and its commands. */
export function addSchedule(program: Command, act: Act, pipeline: Pipeline): void {
  const schedule = program
    .command('schedule')
    .description('start runs at set times')
    .helpCommand(false)
    .addHelpText(
      'after',
      `\nExample:\n  ${invocation} schedule create nightly --cron "0 6 * * 1-5" --timezone Asia/Seoul`,
    );
  addScheduleCreate(schedule, act, pipeline);
  addScheduleUpdate(schedule, act, pipeline);
  addReading(schedule, act);
  addHolding(schedule, act);
  addFiring(schedule, act);
}

function addReading(schedule: Command, act: Act): void {
  schedule
    .command('list')
    .description('list the schedules of this project')
    .addHelpText(
      'after',
      `
In a pipe: name, state, when, next time, last time; separated by tabs.

Example:
  ${invocation} schedule list`,
    )
    .action(
      act<[object]>(async (session) => (await import('../schedule/listing.ts')).listSchedules(session)),
    );
  schedule
    .command('show')
    .description('show a schedule: its next five times, its last runs, what it has skipped')
    .argument('<name>', 'its name')
    .addHelpText('after', `\nExample:\n  ${invocation} schedule show nightly`)
    .action(
      act<[string]>(async (session, name) =>
        (await import('../schedule/show.ts')).showSchedule(session, name),
      ),
    );
}

function addHolding(schedule: Command, act: Act): void {
  for (const [verb, paused, description] of [
    ['pause', true, 'stop a schedule for a while; runs that go on are left alone'],
    ['resume', false, 'let a schedule fire again'],
  ] as const)
    schedule
      .command(verb)
      .description(description)
      .argument('<name>', 'its name')
      .option('--reason <text>', 'why, for the record')
      .addHelpText('after', `\nExample:\n  ${invocation} schedule ${verb} nightly --reason "data is late"`)
      .action(
        act<[string, { reason?: string }]>(async (session, name, { reason }) =>
          (await import('../schedule/steer.ts')).pauseSchedule(session, name, { reason, paused }),
        ),
      );
  schedule
    .command('delete')
    .description('delete a schedule; runs that go on are left alone')
    .argument('<name>', 'its name')
    .option('--yes', 'do not ask')
    .addHelpText('after', `\nExample:\n  ${invocation} schedule delete nightly`)
    .action(
      act<[string, { yes?: true }]>(async (session, name, { yes }) =>
        (await import('../schedule/steer.ts')).deleteSchedule(session, name, yes ?? false),
      ),
    );
}

interface FiringFlags {
  overlap?: OverlapName;
}

function addFiring(schedule: Command, act: Act): void {
  const trigger = schedule
    .command('trigger')
    .description('start a run of a schedule now')
    .argument('<name>', 'its name');
  addOverlap(trigger, 'when a run of it goes on (default: skip)')
    .option('-w, --watch', 'watch the run to its end')
    .addHelpText(
      'after',
      `\nIn a pipe, trigger prints the run id.\n\nExample:\n  ${invocation} schedule trigger nightly --watch`,
    )
    .action(
      act<[string, FiringFlags & { watch?: true }]>(async (session, name, { overlap = 'skip', watch }) =>
        (await import('../schedule/trigger.ts')).triggerSchedule(session, name, {
          overlap,
          watch: watch ?? false,
        }),
      ),
    );
  const backfill = schedule
    .command('backfill')
    .description('start the runs a schedule would have started between two times')
    .argument('<name>', 'its name')
    .requiredOption('--from <time>', 'first time, with its zone: 2026-11-20T06:00:00Z')
    .requiredOption('--to <time>', 'last time');
  addOverlap(backfill, 'when a run of it goes on (default: buffer-all)')
    .option('--yes', 'do not ask, also for more than ten runs')
    .addHelpText(
      'after',
      `
Prints the times it starts a run for. The runs have the code and the data of today.

Example:
  ${invocation} schedule backfill nightly --from 2026-11-20T00:00:00Z --to 2026-11-22T23:59:59Z`,
    )
    .action(
      act<[string, FiringFlags & { from: string; to: string; yes?: true }]>(
        async (session, name, { from, to, overlap = 'buffer-all', yes }) =>
          (await import('../schedule/backfill.ts')).backfillSchedule(session, name, {
            from,
            to,
            overlap,
            yes: yes ?? false,
          }),
      ),
    );
}
