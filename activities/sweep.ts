import type { FileStore } from '../store/file.ts';
import type { SweepActivities } from '../workflows/sweep-messages.ts';

/** The activities of sweeps whose runs are in this store. */
export function createSweepActivities(store: FileStore): SweepActivities {
  return {
    async recordSweep(sweep) {
      // Loaded when it is wanted: what draws takes memory that most workers never need.
      const { recordSweep } = await import('../sweeps/record.ts');
      await recordSweep(store, sweep);
    },
  };
}
