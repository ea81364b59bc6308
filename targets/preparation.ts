import { constants, copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { renderCommand } from '../components/command.ts';
import { readComponent, type Component } from '../components/component.ts';
import { checkInputs, resolveInputs } from '../components/values.ts';
import { PipelineError } from '../errors/error.ts';
import type { Workspace } from '../store/attempt.ts';
import type { FileStore } from '../store/file.ts';
import { inputPart, reuseKey, type ReuseParts } from '../store/reuse.ts';
import { digestOfCode, filesBelow, readSnapshot, type Snapshot } from '../store/snapshot.ts';
import type { ParameterValue, StepInput, StepRequest } from '../workflows/messages.ts';
import type { Environment } from './environment.ts';

/** A step as it is about to run: its code, its component and what its result depends on. */
export interface Preparation {
  snapshot: Snapshot;
  component: Component;
  /** The code folder, relative to the snapshot. */
  code: string;
  parts: ReuseParts;
  key: string;
}

/**
 * Reads a step's component from its run's snapshot and checks its inputs against it.
 *
 * @throws PipelineError SNAPSHOT_NOT_FOUND, STEP_NOT_FOUND, COMPONENT_INVALID, INPUT_INVALID
 */
export async function prepareStep(
  store: FileStore,
  environment: Environment,
  request: StepRequest,
): Promise<Preparation> {
  const snapshot = await readSnapshot(store, request.snapshot);
  const file = snapshot.components[request.step];
  if (file === undefined)
    throw new PipelineError('STEP_NOT_FOUND', `The snapshot has no step ${request.step}.`, {
      hint: `It has ${Object.keys(snapshot.components).join(', ')}.`,
    });
  const component = await recallComponent(join(snapshot.folder, file));
  const problems = checkInputs(component, mapInputs(request, placeOf));
  if (problems.length > 0)
    throw new PipelineError(
      'INPUT_INVALID',
      `${request.step} cannot take its inputs: ${problems.join('; ')}.`,
    );
  const code = posix.join(posix.dirname(file), component.code ?? '.');
  const parts: ReuseParts = {
    component: snapshot.files[file] ?? '',
    code: filesBelow(snapshot, code),
    environment: environment.name,
    inputs: mapInputs(request, inputPart),
  };
  const key = reuseKey({ ...parts, code: { '': digestOfCode(snapshot, code) } });
  return { snapshot, component, code, parts, key };
}

/**
 * Fills a work folder with the step's code, its packages and empty output folders.
 *
 * @returns the command, with the paths of its inputs and outputs in it
 */
export function layOutWorkspace(
  store: FileStore,
  environment: Environment,
  request: StepRequest,
  { snapshot, component, code }: Preparation,
  workspace: Workspace,
): string {
  const files = Object.keys(filesBelow(snapshot, code));
  const folders = new Set([workspace.code, ...files.map((file) => dirname(join(workspace.code, file)))]);
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  for (const file of files)
    copyFileSync(join(snapshot.folder, code, file), join(workspace.code, file), constants.COPYFILE_FICLONE);
  symlinkSync('../attempt/outputs', join(workspace.code, 'outputs'));
  symlinkSync('../attempt/user_logs', join(workspace.code, 'user_logs'));
  if (environment.packages !== undefined)
    symlinkSync(environment.packages, join(workspace.code, 'node_modules'));

  const outputs: Record<string, string> = {};
  for (const [name, spec] of Object.entries(component.outputs)) {
    outputs[name] = join(workspace.attempt, 'named_outputs', name);
    if (spec.type !== 'uri_file') mkdirSync(outputs[name]);
  }
  const values = mapInputs(request, (input) =>
    typeof input === 'object' ? join(store.root, input.path) : input,
  );
  return renderCommand(component, { inputs: resolveInputs(component, values), outputs });
}

/** How many components are kept; a snapshot never changes, so one that was read is right for good. */
const kept = 100;
const components = new Map<string, Promise<Component>>();

function recallComponent(path: string): Promise<Component> {
  const known = components.get(path);
  if (known !== undefined) return known;
  const reading = readComponent(path).then(({ component }) => component);
  if (components.size >= kept) components.delete(components.keys().next().value!);
  components.set(path, reading);
  reading.catch(() => components.delete(path));
  return reading;
}

const placeOf = (input: StepInput): ParameterValue => (typeof input === 'object' ? input.path : input);

const mapInputs = (
  request: StepRequest,
  map: (input: StepInput) => ParameterValue,
): Record<string, ParameterValue> =>
  Object.fromEntries(Object.entries(request.inputs).map(([name, input]) => [name, map(input)]));
