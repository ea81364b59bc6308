import { PipelineError } from '../../errors/error.ts';
import type { ScheduledInput } from '../../workflows/messages.ts';
import { readParameterFlags } from '../parameters.ts';
import { readRunRules } from '../run-input.ts';
import { invocation, type Session } from '../session.ts';
import { reportSchedule } from './create.ts';
import { withSchedule } from './find.ts';
import { assertMeant, readPolicies, type ScheduleFlags } from './flags.ts';
import { explainRefusal } from './refusal.ts';
import { readTiming } from './timing.ts';

/** `approval` is false with --no-approval, else true. */
type Flags = ScheduleFlags & { approval: boolean } & Record<string, unknown>;

/** Changes what is given of a schedule and keeps the rest; runs that go on stay as they are. */
export async function updateSchedule(session: Session, name: string, flags: Flags): Promise<number> {
  const { approval, ...given } = flags;
  if (approval && Object.keys(given).length === 0)
    throw new PipelineError('USAGE', 'Nothing is given to change.', {
      hint: `${invocation} schedule update --help lists what can be.`,
    });
  const policies = readPolicies(flags);
  const change = readRunChange(session, flags);
  return withSchedule(session, name, async ({ temporal, store, handle, description, input }) => {
    const spec = readTiming(flags, description.spec);
    const run = change(input.run);
    assertMeant(flags, run, input.run);
    try {
      await handle.update((previous) => ({
        ...previous,
        spec,
        policies: { ...previous.policies, ...policies },
        action: { ...previous.action, args: [{ ...input, run }] },
        state: { ...previous.state, ...(flags.note === undefined ? {} : { note: flags.note }) },
      }));
    } catch (error) {
      throw await explainRefusal(error, temporal, { name, storeId: store.id });
    }
    await reportSchedule(session, temporal, name);
    return 0;
  });
}

function readRunChange(
  session: Session,
  { forceRerun, approval: keepsApproval, ...flags }: Flags,
): (run: ScheduledInput['run']) => ScheduledInput['run'] {
  const parameters = readParameterFlags(flags, session);
  const { maxAttempts, approval, onFailure } = readRunRules(flags, session);
  if (approval !== undefined && !keepsApproval)
    throw new PipelineError('USAGE', '--no-approval contradicts the flags that ask for one.', {
      hint: `${invocation} schedule update --help describes each.`,
    });
  return ({ approval: earlier, ...run }) => {
    const kept = keepsApproval ? (approval ?? earlier) : undefined;
    return {
      ...run,
      parameters: { ...run.parameters, ...parameters },
      ...(forceRerun === undefined ? {} : { forceRerun }),
      ...(flags.maxAttempts === undefined ? {} : { maxAttempts }),
      ...(onFailure === undefined ? {} : { onFailure }),
      ...(kept === undefined ? {} : { approval: kept }),
    };
  };
}
