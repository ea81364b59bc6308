import { dirname, join, relative } from 'node:path';
import { readComponent } from '../components/component.ts';
import type { FileStore } from '../store/file.ts';
import { takeSnapshot, type Snapshot } from '../store/snapshot.ts';

/**
 * Takes a snapshot of the steps of a pipeline as they are in the working copy.
 *
 * @param root the project folder
 * @param components the component file of each step, relative to `root`
 * @throws PipelineError COMPONENT_NOT_FOUND, COMPONENT_INVALID, STORE_UNWRITABLE
 */
export async function snapshotSteps(
  store: FileStore,
  root: string,
  components: Record<string, string>,
): Promise<Snapshot> {
  const steps = await Promise.all(
    Object.entries(components).map(async ([name, file]) => {
      const { component } = await readComponent(join(root, file));
      const code = relative(root, join(root, dirname(file), component.code ?? '.'));
      return [name, { component: file, code }] as const;
    }),
  );
  return takeSnapshot(store, root, Object.fromEntries(steps));
}
