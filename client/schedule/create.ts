/** Creating a schedule and changing one. */
import type { ScheduleSpec } from '@temporalio/client';
import { PipelineError } from '../../errors/error.ts';
import { openStore, type FileStore } from '../../store/file.ts';
import { workflowQueue, type Parameters, type ScheduledInput } from '../../workflows/messages.ts';
import { withTemporal, type Temporal } from '../connection.ts';
import { parseDuration } from '../duration.ts';
import { completeParameters, readParameterFlags } from '../parameters.ts';
import { answer, answerJson, invocation, remark, type Session } from '../session.ts';
import { pipeline, readSearchAttributes, target } from '../start.ts';
import { describeUser } from '../user.ts';
import { namesBothDays } from './cron.ts';
import { readMemo, withSchedule, type ScheduleMemo } from './find.ts';
import { toOverlap, type OverlapName } from './policy.ts';
import { summarizeSchedule } from './summary.ts';
import { formatTime, readTiming, timingOf, type TimingFlags } from './timing.ts';

/** The flags of `schedule create` and `schedule update`, beside the parameters. */
export interface ScheduleFlags extends TimingFlags {
  overlap?: OverlapName;
  catchup?: string;
  forceRerun?: boolean;
  note?: string;
  paused?: true;
}

/** How late a firing may be that the server missed, where nothing else is said, in milliseconds. */
export const defaultCatchup = 10 * 60_000;

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** Creates a schedule. */
export async function createSchedule(
  session: Session,
  name: string,
  flags: ScheduleFlags & Record<string, unknown>,
): Promise<number> {
  if (!namePattern.test(name))
    throw new PipelineError('USAGE', `A schedule cannot be named ${JSON.stringify(name)}.`, {
      hint: 'It is 1 to 100 letters, digits, dashes and underscores, and starts with a letter or a digit.',
    });
  if (flags.cron === undefined && flags.every === undefined)
    throw new PipelineError('USAGE', `When is ${name} to run?`, {
      hint: `${invocation} schedule create ${name} --cron "0 6 * * 1-5" --timezone Asia/Seoul, or --every 1h`,
    });
  const spec = readTiming(flags);
  const policies = readPolicies(flags);
  const parameters = completeParameters(readParameterFlags(flags, session.io), session.io);
  const store = await openStore(session.config.store.value);
  return withTemporal(session.config, async (temporal) => {
    await temporal.ready;
    const input = await readInput(session, temporal, store, name, { parameters, flags });
    const memo: ScheduleMemo = { storeId: store.id, root: session.io.cwd, createdBy: describeUser() };
    try {
      await temporal.client.schedule.create({
        scheduleId: name,
        spec,
        policies: { overlap: 'SKIP', catchupWindow: defaultCatchup, ...policies },
        action: {
          type: 'startWorkflow',
          workflowType: 'scheduled',
          workflowId: name,
          taskQueue: workflowQueue(store.id),
          args: [input],
        },
        state: { paused: flags.paused ?? false, note: flags.note ?? `created by ${describeUser()}` },
        memo: { ...memo },
      });
    } catch (error) {
      throw await explain(error, temporal, store, name);
    }
    await report(session, temporal, name);
    return 0;
  });
}

/** Changes what is given of a schedule and keeps the rest. */
export async function updateSchedule(
  session: Session,
  name: string,
  flags: ScheduleFlags & Record<string, unknown>,
): Promise<number> {
  const given = readParameterFlags(flags, session.io);
  const policies = readPolicies(flags);
  const changesTiming = [flags.cron, flags.every, flags.timezone, flags.jitter].some(
    (flag) => flag !== undefined,
  );
  const changesRun = Object.keys(given).length > 0 || flags.forceRerun !== undefined;
  if (!changesTiming && !changesRun && Object.keys(policies).length === 0 && flags.note === undefined)
    throw new PipelineError('USAGE', 'Nothing is given to change.', {
      hint: `${invocation} schedule update --help lists what can be.`,
    });
  return withSchedule(session, name, async ({ temporal, store, handle, description, input }) => {
    const spec: ScheduleSpec = readTiming(flags, description.spec);
    const run = {
      ...input.run,
      parameters: { ...input.run.parameters, ...given },
      ...(flags.forceRerun === undefined ? {} : { forceRerun: flags.forceRerun }),
    };
    try {
      await handle.update((previous) => ({
        ...previous,
        spec,
        policies: { ...previous.policies, ...policies },
        action: { ...previous.action, args: [{ ...input, run }] },
        state: { ...previous.state, ...(flags.note === undefined ? {} : { note: flags.note }) },
      }));
    } catch (error) {
      throw await explain(error, temporal, store, name);
    }
    await report(session, temporal, name);
    return 0;
  });
}

function readPolicies({ overlap, catchup }: ScheduleFlags) {
  return {
    ...(overlap === undefined ? {} : { overlap: toOverlap(overlap) }),
    ...(catchup === undefined ? {} : { catchupWindow: parseCatchup(catchup) }),
  };
}

/** The server takes nothing below ten seconds, without a word. */
function parseCatchup(text: string): number {
  const milliseconds = parseDuration(text, '--catchup');
  if (milliseconds >= 10_000) return milliseconds;
  throw new PipelineError('USAGE', `--catchup must be 10s or more, not ${text}.`);
}

async function readInput(
  { config, io }: Session,
  temporal: Temporal,
  store: FileStore,
  schedule: string,
  { parameters, flags }: { parameters: Parameters; flags: ScheduleFlags },
): Promise<ScheduledInput> {
  return {
    schedule,
    root: io.cwd,
    run: {
      pipeline,
      parameters,
      store: { uri: store.uri, id: store.id },
      registry: config.registry.value,
      target,
      forceRerun: flags.forceRerun ?? false,
      maxAttempts: config.maxAttempts.value,
      heartbeatTimeout: config.heartbeatTimeout.value,
      searchAttributes: await readSearchAttributes(temporal),
    },
  };
}

/** Temporal's refusal as the error a person reads. */
async function explain(cause: unknown, temporal: Temporal, store: FileStore, name: string): Promise<unknown> {
  if (!(cause instanceof Error)) return cause;
  if (cause.name === 'ScheduleAlreadyRunning') {
    const taken = await temporal.client.schedule
      .getHandle(name)
      .describe()
      .catch(() => undefined);
    const memo = taken && readMemo(taken);
    const ours = memo?.storeId === store.id;
    return new PipelineError(
      'SCHEDULE_EXISTS',
      ours
        ? `There is a schedule ${name} already.`
        : `The name ${name} is taken on this server by a schedule of ${memo?.root ?? 'something else'}.`,
      {
        hint: ours
          ? `To change it: ${invocation} schedule update ${name}; to see it: ${invocation} schedule show ${name}`
          : 'Choose another name: names of schedules are unique in a namespace.',
        cause,
      },
    );
  }
  if (!(cause instanceof TypeError)) return cause;
  // The SDK says so of what the server calls an invalid argument.
  return new PipelineError('SCHEDULE_INVALID', `Temporal refuses the schedule: ${cause.message}.`, {
    hint: `${invocation} schedule create --help has examples.`,
    cause,
  });
}

async function report(session: Session, temporal: Temporal, name: string): Promise<void> {
  const description = await temporal.client.schedule.getHandle(name).describe();
  if (session.format !== 'text') {
    answerJson(session, summarizeSchedule(session, temporal, description));
    return;
  }
  answer(session, name);
  const timing = timingOf(description.spec);
  const [next] = description.info.nextActionTimes;
  if (timing.cron !== null && namesBothDays(timing.cron))
    remark(session, 'It names days of the month and of the week: it fires where both hold, unlike cron.');
  if (description.state.paused) remark(session, `It is paused: ${invocation} schedule resume ${name}`);
  else if (next !== undefined)
    remark(
      session,
      `first at ${formatTime(next, timing.timezone)} ${timing.timezone}, ${formatTime(next)} here`,
    );
  remark(session, `Next: ${invocation} schedule show ${name}`);
}
