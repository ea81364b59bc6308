import { Option, type Command } from 'commander';
import { addParameterFlags } from '../parameters.ts';
import type { Act } from '../program.ts';
import { addRunFlags, type RunOptions } from '../run-input.ts';
import type { ScheduleFlags } from '../schedule/flags.ts';
import { overlapNames, type OverlapName } from '../schedule/policy.ts';
import { invocation } from '../session.ts';

/** Adds `schedule` and its commands. */
export function addSchedule(program: Command, act: Act): void {
  const schedule = program
    .command('schedule')
    .description('start runs at set times')
    .helpCommand(false)
    .addHelpText(
      'after',
      `\nExample:\n  ${invocation} schedule create nightly --cron "0 6 * * 1-5" --timezone Asia/Seoul`,
    );
  addCreate(schedule, act);
  addReading(schedule, act);
  addHolding(schedule, act);
  addFiring(schedule, act);
}

function addCreate(schedule: Command, act: Act): void {
  const create = schedule
    .command('create')
    .description('create a schedule')
    .argument('<name>', 'its name; runs are named <name>-<date>-<time>');
  addRunFlags(addFlags(create, { showDefaults: true }))
    .option('--paused', 'do not fire before it is resumed')
    .addHelpText(
      'after',
      `
Each time it fires, the project is run as it is then. In a pipe, create prints the name.

Examples:
  ${invocation} schedule create nightly --cron "0 6 * * 1-5" --timezone Asia/Seoul
  ${invocation} schedule create often --every 1h --test-size 0.3 --paused`,
    )
    .action(
      act<[string, ScheduleFlags & RunOptions & { paused?: true } & Record<string, unknown>]>(
        async (session, name, flags) =>
          (await import('../schedule/create.ts')).createSchedule(session, name, flags),
      ),
    );
  const update = schedule
    .command('update')
    .description('change a schedule; what is not given stays as it is')
    .argument('<name>', 'its name');
  addRunFlags(addFlags(update, { showDefaults: false }))
    .option('--no-force-rerun', 'reuse results again')
    .option('--no-approval', 'wait for nobody any more')
    .addHelpText(
      'after',
      `\nExample:\n  ${invocation} schedule update nightly --cron "30 6 * * *" --test-size 0.25`,
    )
    .action(
      act<[string, ScheduleFlags & { approval: boolean } & Record<string, unknown>]>(
        async (session, name, flags) =>
          (await import('../schedule/update.ts')).updateSchedule(session, name, flags),
      ),
    );
}

function addFlags(command: Command, { showDefaults }: { showDefaults: boolean }): Command {
  const initial = (value: string): string => (showDefaults ? ` (default: ${value})` : '');
  command
    .option('--cron <fields>', 'minute, hour, day of the month, month, day of the week')
    .option('--timezone <name>', `zone of the cron line${initial('UTC')}`)
    .option('--every <duration>', 'every 30s, 5m, 2h …, counted from 1970 in UTC')
    .option('--jitter <duration>', `start up to 30s, 5m … later, by chance${initial('none')}`);
  addOverlap(command, `when a run of it goes on${initial('skip')}`);
  command
    .option('--catchup <duration>', `how late it may still fire after the server was away${initial('10m')}`)
    .option('--note <text>', 'what to say about it');
  return addParameterFlags(command, { showDefaults });
}

const addOverlap = (command: Command, description: string): Command =>
  command.addOption(new Option('--overlap <policy>', description).choices(overlapNames));

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
