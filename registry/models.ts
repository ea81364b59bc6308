/** Reading the registry: a folder for each model, in it a folder for each version, in it version.json and the files. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PipelineError } from '../errors/error.ts';
import { readJson } from '../store/file.ts';

/** A registered version of a model. */
export interface ModelVersion {
  name: string;
  version: number;
  /** Names the run that registered it for ever: `<run id>/<execution id>`; null where none was named. */
  runId: string | null;
  registeredAt: string;
  file: string;
  sha256: string;
  /** Where it is. */
  uri: string;
  folder: string;
}

/** The newest version of each model, by name. */
export async function listModels(registry: string): Promise<ModelVersion[]> {
  const entries = await readdir(registry, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const newest = await Promise.all(
    names.toSorted().map(async (name) => (await listVersions(registry, name))[0]),
  );
  return newest.filter((one) => one !== undefined);
}

/** All versions of a model, the newest first; none where there is no such model. */
export async function listVersions(registry: string, name: string): Promise<ModelVersion[]> {
  if (!isName(name)) return [];
  const entries = await readdir(join(registry, name)).catch(() => []);
  const numbers = entries.filter((entry) => /^[1-9]\d*$/.test(entry)).map(Number);
  const versions = await Promise.all(
    numbers.toSorted((a, b) => b - a).map((version) => readVersion(registry, name, version)),
  );
  return versions.filter((one) => one !== undefined);
}

/**
 * The version a text names: `diabetes:3`, or the newest of `diabetes`.
 *
 * @throws PipelineError MODEL_NOT_FOUND
 */
export async function findModel(registry: string, text: string): Promise<ModelVersion> {
  const [, name = '', number] = /^([^:]*)(?::(\d+))?$/.exec(text) ?? [];
  const versions = await listVersions(registry, name);
  const found =
    number === undefined ? versions[0] : versions.find(({ version }) => version === Number(number));
  if (found !== undefined) return found;
  throw new PipelineError('MODEL_NOT_FOUND', `The registry ${registry} has no model ${text}.`, {
    hint: await describeOthers(registry, name, versions),
  });
}

async function describeOthers(registry: string, name: string, versions: ModelVersion[]): Promise<string> {
  if (versions.length > 0)
    return `${name} has versions ${versions.at(-1)!.version} to ${versions[0]!.version}.`;
  const names = (await listModels(registry)).map((model) => model.name);
  return names.length === 0
    ? 'It is empty: a run registers a model when it ends.'
    : `It has ${names.join(', ')}.`;
}

async function readVersion(
  registry: string,
  name: string,
  version: number,
): Promise<ModelVersion | undefined> {
  const folder = join(registry, name, String(version));
  const record = await readJson<Omit<ModelVersion, 'uri' | 'folder'>>(join(folder, 'version.json'));
  return record === undefined ? undefined : { ...record, uri: pathToFileURL(folder).href, folder };
}

/** A name is a single folder: nothing outside the registry can be named. */
const isName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(text);
