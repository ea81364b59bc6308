import type { ScheduleDescription, ScheduleHandle } from '@temporalio/client';
import { PipelineError } from '../../errors/error.ts';
import { openStore, type FileStore } from '../../store/file.ts';
import type { ScheduledInput } from '../../workflows/messages.ts';
import { withTemporal, type Temporal } from '../connection.ts';
import { invocation, type Session } from '../session.ts';

/** What a schedule keeps beside its action: whose it is, for two projects may use one server. */
export interface ScheduleMemo {
  storeId: string;
  root: string;
  createdBy: string;
}

/** A schedule of this project. */
export interface OpenSchedule {
  temporal: Temporal;
  store: FileStore;
  handle: ScheduleHandle;
  description: ScheduleDescription;
  /** What it starts. */
  input: ScheduledInput;
}

/**
 * Does something with a schedule of this project.
 *
 * @throws PipelineError SCHEDULE_NOT_FOUND, and what `use` throws
 */
export async function withSchedule<T>(
  session: Session,
  name: string,
  use: (schedule: OpenSchedule) => Promise<T>,
): Promise<T> {
  const store = await openStore(session.config.store.value);
  return withTemporal(session.config, async (temporal) => {
    await temporal.ready;
    const handle = temporal.client.schedule.getHandle(name);
    const description = await handle.describe().catch((error: unknown) => {
      throw isNotFound(error) ? notFound(name, `in namespace ${temporal.namespace}`) : error;
    });
    const memo = readMemo(description);
    if (memo?.storeId !== store.id)
      throw notFound(
        name,
        `of this project; the one on the server belongs to ${memo?.root ?? 'something else'}`,
      );
    const [input] = description.action.args as unknown as [ScheduledInput];
    return use({ temporal, store, handle, description, input });
  });
}

/** What our schedules keep; undefined for those of others. */
export const readMemo = ({ memo }: { memo?: Record<string, unknown> }): ScheduleMemo | undefined =>
  memo?.['storeId'] === undefined ? undefined : (memo as unknown as ScheduleMemo);

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ScheduleNotFoundError';

const notFound = (name: string, where: string): PipelineError =>
  new PipelineError('SCHEDULE_NOT_FOUND', `There is no schedule ${name} ${where}.`, {
    hint: `${invocation} schedule list shows those there are.`,
  });

/** A schedule's page in the Web UI. */
export const scheduleUrl = ({ config }: Session, namespace: string, name: string): string =>
  `${config.uiUrl.value.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/schedules/${encodeURIComponent(name)}`;
