import { isOwned, listWorkspaces, removeWorkspace } from '../store/attempt.ts';
import { keepLog } from '../store/log.ts';
import type { StepHost } from './step.ts';

/** Ends and removes what workers of this host that died have left: processes and work folders, but for the logs. */
export async function sweepWorkspaces({ store, target }: Pick<StepHost, 'store' | 'target'>): Promise<void> {
  for (const folder of await listWorkspaces(store)) {
    if (await isOwned(folder)) continue;
    await target.end(folder);
    keepLog(store, folder);
    await removeWorkspace(store, folder);
  }
}
