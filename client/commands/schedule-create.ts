import { Option, type Command } from 'commander';
import type { Pipeline } from '../../pipelines/pipeline.ts';
import { addParameterFlags } from '../parameters.ts';
import type { Act } from '../program.ts';
import { addRunFlags, type RunOptions } from '../run-input.ts';
import type { ScheduleFlags } from '../schedule/flags.ts';
import { overlapNames } from '../schedule/policy.ts';
import { invocation } from '../session.ts';

/** Adds `schedule create`. */
export function addScheduleCreate(schedule: Command, act: Act, pipeline: Pipeline): void {
  const create = schedule
    .command('create')
    .description('create a schedule')
    .argument('<name>', 'its name; runs are named <name>-<date>-<time>');
  addRunFlags(addFlags(create, pipeline, { showDefaults: true }), pipeline)
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
}

/** Adds `schedule update`. */
export function addScheduleUpdate(schedule: Command, act: Act, pipeline: Pipeline): void {
  const update = schedule
    .command('update')
    .description('change a schedule; what is not given stays as it is')
    .argument('<name>', 'its name');
  addRunFlags(addFlags(update, pipeline, { showDefaults: false }), pipeline)
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

function addFlags(
  command: Command,
  pipeline: Pipeline,
  { showDefaults }: { showDefaults: boolean },
): Command {
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
  return addParameterFlags(command, pipeline, { showDefaults });
}

/** Adds the flag for what happens while a run goes on. */
export const addOverlap = (command: Command, description: string): Command =>
  command.addOption(new Option('--overlap <policy>', description).choices(overlapNames));
