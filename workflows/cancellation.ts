import { CancellationScope, setHandler } from '@temporalio/workflow';
import { ioActivities } from './activities.ts';
import { cancelRunSignal, type Progress, type RunInput } from './messages.ts';
import type { SweepProgress } from './sweep-messages.ts';

/**
 * Has a run or a sweep cancel itself at the signal `cancelRun`, as anyone else would cancel it: one path, and the Web UI
 * says Canceled whichever door was used.
 *
 * @param show called when the cancellation has come
 */
export function handleCancellation(
  run: RunInput,
  progress: Progress | SweepProgress,
  description: string,
  show: () => void,
): void {
  setHandler(
    cancelRunSignal,
    async (cancellation) => {
      if (progress.cancellation !== undefined) return;
      progress.cancellation = cancellation;
      await CancellationScope.nonCancellable(() => ioActivities(run).requestCancellation());
    },
    { description },
  );
  CancellationScope.current().cancelRequested.catch(() => {
    if (progress.state === 'running') progress.state = 'cancelling';
    show();
  });
}
