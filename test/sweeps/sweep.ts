import {
  WorkflowFailedError,
  type Client,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { openSweep } from '../../store/sweep.ts';
import { workflowQueue } from '../../workflows/messages.ts';
import type { SweepInput, SweepProgress } from '../../workflows/sweep-messages.ts';
import type { sweep } from '../../workflows/sweep.ts';
import { newId, openInput, type Project, type RunChange } from '../project.ts';

export type SweepHandle = WorkflowHandleWithFirstExecutionRunId<typeof sweep>;

/** What a test wants otherwise than `startSweep` has it. */
export interface SweepChange extends RunChange {
  sweep?: Partial<Omit<SweepInput, 'run'>>;
}

/** Starts a sweep of a project over four test sizes, two trainings at a time. */
export async function startSweep(
  client: Client,
  project: Project,
  { id = newId(), sweep: change, input, ...run }: SweepChange = {},
): Promise<SweepHandle> {
  await openSweep(project.store, id);
  return client.workflow.start<typeof sweep>('sweep', {
    workflowId: id,
    taskQueue: workflowQueue(project.store.id),
    args: [
      {
        run: await openInput(project, { ...run, input: { until: 'train', ...input } }),
        grid: { test_size: [0.1, 0.4, 0.3, 0.2] },
        objective: { metric: 'r2', direction: 'max' },
        maxParallel: 2,
        registerBest: false,
        ...change,
      },
    ],
  });
}

/** How the trainings of a sweep ended, in the order of the grid: `0 completed 0.1`. */
export const endings = ({ results }: SweepProgress): string[] =>
  results
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, state, value }) => `${index} ${state} ${value ?? ''}`.trim());

/** Why a sweep failed, with the type of its failure. */
export async function rejects(handle: SweepHandle): Promise<string> {
  const error = await handle.result().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure))
    throw new Error('the sweep did not fail');
  return `${error.cause.type}: ${error.cause.message}`;
}

/** The executions of a sweep that has ended, in the order they were. */
export async function executionsOf(
  client: Client,
  { workflowId, firstExecutionRunId }: SweepHandle,
): Promise<History[]> {
  const histories: History[] = [];
  let next = firstExecutionRunId;
  while (next !== '') {
    const handle = client.workflow.getHandle(workflowId, next, { followRuns: false });
    const history = await handle.fetchHistory();
    histories.push(history);
    next = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? '';
  }
  return histories;
}
