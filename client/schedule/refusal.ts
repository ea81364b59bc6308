import { PipelineError } from '../../errors/error.ts';
import type { Temporal } from '../connection.ts';
import { invocation } from '../session.ts';
import { readMemo } from './find.ts';

/** Temporal's refusal of a schedule as the error a person reads; anything else as it is. */
export async function explainRefusal(
  cause: unknown,
  { client }: Temporal,
  { name, storeId }: { name: string; storeId: string },
): Promise<unknown> {
  if (!(cause instanceof Error)) return cause;
  if (cause.name === 'ScheduleAlreadyRunning') {
    const taken = await client.schedule
      .getHandle(name)
      .describe()
      .catch(() => undefined);
    const memo = taken && readMemo(taken);
    if (memo?.storeId === storeId)
      return new PipelineError('SCHEDULE_EXISTS', `There is a schedule ${name} already.`, {
        hint: `To change it: ${invocation} schedule update ${name}; to see it: ${invocation} schedule show ${name}`,
        cause,
      });
    return new PipelineError(
      'SCHEDULE_EXISTS',
      `The name ${name} is taken on this server by a schedule of ${memo?.root ?? 'something else'}.`,
      { hint: 'Choose another name: it has to be the only one in its namespace.', cause },
    );
  }
  // What the server calls an invalid argument, the SDK throws as a TypeError.
  if (!(cause instanceof TypeError)) return cause;
  return new PipelineError('SCHEDULE_INVALID', `Temporal refuses the schedule: ${cause.message}.`, {
    hint: `${invocation} schedule create --help has examples.`,
    cause,
  });
}
