import { PipelineError } from '../../errors/error.ts';
import { exists, openStore, type FileStore } from '../../store/file.ts';
import { workflowQueue, type Parameters, type ScheduledInput } from '../../workflows/messages.ts';
import { withTemporal, type Temporal } from '../connection.ts';
import { completeParameters, readParameterFlags } from '../parameters.ts';
import { createRunInput, readRunRules, type RunOptions, type RunRules } from '../run-input.ts';
import { answer, answerJson, invocation, remark, type Session } from '../session.ts';
import { readSearchAttributes } from '../start.ts';
import { describeUser } from '../user.ts';
import { namesBothDays } from './cron.ts';
import type { ScheduleMemo } from './find.ts';
import { assertMeant, readPolicies, type ScheduleFlags } from './flags.ts';
import { explainRefusal } from './refusal.ts';
import { summarizeSchedule } from './summary.ts';
import { formatTime, readTiming, timingOf } from './timing.ts';

/** What happens with firings where nothing is said: the window, in milliseconds, is how late a missed one may be. */
const defaultPolicies = { overlap: 'SKIP', catchupWindow: 10 * 60_000 } as const;

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** Creates a schedule. */
export async function createSchedule(
  session: Session,
  name: string,
  flags: ScheduleFlags & RunOptions & { paused?: true } & Record<string, unknown>,
): Promise<number> {
  if (!namePattern.test(name))
    throw new PipelineError('USAGE', `A schedule cannot be named ${JSON.stringify(name)}.`, {
      hint: 'It is 1 to 100 letters, digits, dashes and underscores, and starts with a letter or a digit.',
    });
  if (flags.cron === undefined && flags.every === undefined)
    throw new PipelineError('USAGE', `It is not said when ${name} is to run.`, {
      hint: 'Give --cron "0 6 * * 1-5" --timezone Asia/Seoul, or --every 1h.',
    });
  const spec = readTiming(flags);
  const policies = { ...defaultPolicies, ...readPolicies(flags) };
  const rules = readRunRules(flags, session);
  const parameters = completeParameters(readParameterFlags(flags, session), session);
  const store = await openStore(session.config.store.value);
  return withTemporal(session.config, async (temporal) => {
    await temporal.ready;
    const run = await createTemplate(session, temporal, store, parameters, rules);
    assertMeant(flags, run);
    const input: ScheduledInput = { schedule: name, root: session.io.cwd, run };
    const memo: ScheduleMemo = { storeId: store.id, root: session.io.cwd, createdBy: describeUser() };
    try {
      await temporal.client.schedule.create({
        scheduleId: name,
        spec,
        policies,
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
      throw await explainRefusal(error, temporal, { name, storeId: store.id });
    }
    await reportSchedule(session, temporal, name);
    // It may be made by then, so that is no error.
    for (const [key, value] of Object.entries(parameters))
      if (session.pipeline.parameters[key]?.type === 'file' && !(await exists(String(value))))
        remark(session, `There is no ${key} file ${value} yet; a firing that finds none fails.`);
    return 0;
  });
}

/** The input of a run, but for what is known only when it starts. */
async function createTemplate(
  session: Session,
  temporal: Temporal,
  store: FileStore,
  parameters: Parameters,
  rules: RunRules,
): Promise<ScheduledInput['run']> {
  const attributes = await readSearchAttributes(temporal);
  const {
    snapshot: _,
    startedBy: __,
    ...run
  } = createRunInput(session, { store, parameters, snapshot: '' }, rules, attributes);
  return run;
}

/** Says what a schedule is now. */
export async function reportSchedule(session: Session, temporal: Temporal, name: string): Promise<void> {
  const description = await temporal.client.schedule.getHandle(name).describe();
  if (session.format !== 'text') {
    answerJson(session, summarizeSchedule(session, temporal, description));
    return;
  }
  answer(session, name);
  const { cron, timezone } = timingOf(description.spec);
  const [next] = description.info.nextActionTimes;
  if (cron !== null && namesBothDays(cron))
    remark(session, 'It names days of the month and of the week: it fires where both hold, unlike cron.');
  if (description.state.paused)
    remark(session, `It is paused. To have it fire: ${invocation} schedule resume ${name}`);
  else if (next !== undefined)
    remark(session, `first at ${formatTime(next, timezone)} ${timezone}, which is ${formatTime(next)} here`);
  remark(session, `Next: ${invocation} schedule show ${name}`);
}
