import { Context } from '@temporalio/activity';
import { readPipeline } from '../pipelines/pipeline.ts';
import type { FileStore } from '../store/file.ts';
import { listRunIds } from '../store/run.ts';
import { resolveSource } from '../targets/source.ts';
import type { SourceActivities } from '../workflows/messages.ts';

/** How often a copy that takes long says that its worker is alive, in milliseconds. */
const heartbeatInterval = 500;

/** The activities that read working copies on the host which owns the store. */
export function createSourceActivities(store: FileStore): SourceActivities {
  return {
    async resolveSource({ runId, root, parameters }) {
      const context = Context.current();
      const heart = setInterval(() => context.heartbeat(), heartbeatInterval);
      try {
        const pipeline = await readPipeline(root);
        const files = { components: pipeline.steps, specs: pipeline.parameters };
        const source = await resolveSource(store, root, files, parameters);
        const ids = await listRunIds(store);
        return { ...source, used: ids.filter((id) => id === runId || id.startsWith(`${runId}-`)) };
      } finally {
        clearInterval(heart);
      }
    },
  };
}
