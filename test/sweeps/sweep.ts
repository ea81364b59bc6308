import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { openSweep } from '../../store/sweep.ts';
import { workflowQueue } from '../../workflows/messages.ts';
import { objectiveFor } from '../../workflows/objective.ts';
import type { SweepInput } from '../../workflows/sweep-messages.ts';
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
  { id = newId(), sweep: change, ...run }: SweepChange = {},
): Promise<SweepHandle> {
  await openSweep(project.store, id);
  return client.workflow.start<typeof sweep>('sweep', {
    workflowId: id,
    taskQueue: workflowQueue(project.store.id),
    args: [
      {
        run: await openInput(project, run),
        grid: { test_size: [0.1, 0.4, 0.3, 0.2] },
        objective: objectiveFor('r2'),
        maxParallel: 2,
        registerBest: false,
        ...change,
      },
    ],
  });
}
