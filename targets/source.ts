import { dirname, join, relative } from 'node:path';
import { readComponent } from '../components/component.ts';
import { PipelineError } from '../errors/error.ts';
import { invocation } from '../errors/invocation.ts';
import { addData, type FileStore } from '../store/file.ts';
import { takeSnapshot, type Snapshot } from '../store/snapshot.ts';
import type { Parameters, Source } from '../workflows/messages.ts';
import type { ParameterSpecs } from '../workflows/parameters.ts';

/** The parts of a pipeline that name files of the project. */
export interface PipelineFiles {
  /** The component file of each step, relative to the project folder. */
  components: Readonly<Record<string, string>>;
  specs: ParameterSpecs;
}

/**
 * Takes what a run needs from the working copy into the store, which is all it reads from then on: code, component files,
 * and the files among the parameters.
 *
 * @param root the project folder
 * @throws PipelineError COMPONENT_NOT_FOUND, COMPONENT_INVALID, DATA_NOT_FOUND, STORE_UNWRITABLE
 */
export async function resolveSource(
  store: FileStore,
  root: string,
  { components, specs }: PipelineFiles,
  parameters: Parameters,
): Promise<Source> {
  const files = Object.entries(parameters).filter(([name]) => specs[name]?.type === 'file');
  const [snapshot, ...places] = await Promise.all([
    snapshotSteps(store, root, components),
    ...files.map(async ([name, path]) => [name, await addData(store, String(path))] as const),
  ]);
  return { snapshot: snapshot.digest, parameters: { ...parameters, ...Object.fromEntries(places) } };
}

/**
 * Takes a snapshot of the steps of a pipeline as they are in the working copy.
 *
 * @param root the project folder
 * @param components the component file of each step, relative to `root`
 * @throws PipelineError PIPELINE_NOT_FOUND, COMPONENT_NOT_FOUND, COMPONENT_INVALID, STORE_UNWRITABLE
 */
export async function snapshotSteps(
  store: FileStore,
  root: string,
  components: Record<string, string>,
): Promise<Snapshot> {
  if (Object.keys(components).length === 0)
    throw new PipelineError(
      'PIPELINE_NOT_FOUND',
      `There is no pipeline in ${root}: no temporal-azureml.json.`,
      {
        hint: `Make your script one: ${invocation} init train.py`,
      },
    );
  const steps = await Promise.all(
    Object.entries(components).map(async ([name, file]) => {
      const { component } = await readComponent(join(root, file));
      const code = relative(root, join(root, dirname(file), component.code ?? '.'));
      return [name, { component: file, code }] as const;
    }),
  );
  return takeSnapshot(store, root, Object.fromEntries(steps));
}
