/** Reading the registry: a folder for each model, in it a folder for each version, in it version.json and the files. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PipelineError } from '../errors/error.ts';
import { readJson } from '../store/file.ts';

/** Who deleted a version, and when. */
export interface Deletion {
  by: string;
  at: string;
}

/** What registering a model writes into a version's folder, as version.json. */
export interface VersionFile {
  name: string;
  version: number;
  /** Names the run that registered it for ever: `<run id>/<execution id>`; null where none was named. */
  runId: string | null;
  registeredAt: string;
  file: string;
  sha256: string;
  /** All that is left of a deleted version is this file, so that neither its number nor its run is used again. */
  deleted?: Deletion;
}

/** A registered version of a model. */
export interface ModelVersion extends VersionFile {
  /** Where it is. */
  uri: string;
  folder: string;
}

/** The names of all models, also those whose versions are all deleted. */
export async function listNames(registry: string): Promise<string[]> {
  const entries = await readdir(registry, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && isName(entry.name))
    .map((entry) => entry.name)
    .toSorted();
}

/** The newest version of each model, by name. */
export async function listModels(registry: string): Promise<ModelVersion[]> {
  const names = await listNames(registry);
  const newest = await Promise.all(names.map(async (name) => (await listVersions(registry, name))[0]));
  return newest.filter((one) => one !== undefined);
}

/** All versions of a model, the newest first; none where there is no such model. */
export async function listVersions(registry: string, name: string): Promise<ModelVersion[]> {
  return (await readVersions(registry, name)).filter((one) => one.deleted === undefined);
}

/**
 * The version a text names: `diabetes:3`, or the newest of `diabetes` and `diabetes:latest`.
 *
 * @param deleted finds a deleted version as well, by its number
 * @throws PipelineError MODEL_NOT_FOUND, MODEL_INVALID
 */
export async function findModel(
  registry: string,
  text: string,
  { deleted = false } = {},
): Promise<ModelVersion> {
  const [, name = '', number] = /^([^:]*)(?::(\d+|latest))?$/.exec(text) ?? [];
  const all = await readVersions(registry, name);
  const versions = all.filter((one) => one.deleted === undefined);
  const found =
    number === undefined || number === 'latest'
      ? versions[0]
      : all.find(({ version }) => version === Number(number));
  if (found !== undefined && (deleted || found.deleted === undefined)) return found;
  throw new PipelineError('MODEL_NOT_FOUND', describeMissing(registry, text, found), {
    hint: await describeOthers(registry, name, versions),
  });
}

function describeMissing(registry: string, text: string, found: ModelVersion | undefined): string {
  return found?.deleted === undefined
    ? `The registry ${registry} has no model ${text}.`
    : `${text} was deleted at ${found.deleted.at} by ${found.deleted.by}.`;
}

async function describeOthers(registry: string, name: string, versions: ModelVersion[]): Promise<string> {
  if (versions.length > 0)
    return `${name} has versions ${versions.at(-1)!.version} to ${versions[0]!.version}.`;
  const names = (await listModels(registry)).map((model) => model.name);
  return names.length === 0
    ? 'It is empty: a run registers a model when it ends.'
    : `It has ${names.join(', ')}.`;
}

async function readVersions(registry: string, name: string): Promise<ModelVersion[]> {
  if (!isName(name)) return [];
  const entries = await readdir(join(registry, name)).catch(() => []);
  const numbers = entries.filter((entry) => /^[1-9]\d*$/.test(entry)).map(Number);
  const versions = await Promise.all(
    numbers
      .toSorted((a, b) => b - a)
      .map(async (version) => {
        const folder = join(registry, name, String(version));
        const record = await readPart<VersionFile>(folder, 'version.json');
        return record && { ...record, uri: pathToFileURL(folder).href, folder };
      }),
  );
  return versions.filter((one) => one !== undefined);
}

/**
 * A JSON file of a version's folder, or undefined where there is none.
 *
 * @throws PipelineError MODEL_INVALID
 */
export async function readPart<T>(folder: string, file: string): Promise<T | undefined> {
  try {
    return await readJson<T>(join(folder, file));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new PipelineError('MODEL_INVALID', `${join(folder, file)} is not JSON: ${cause.message}.`, {
      hint: 'Restore the file, or remove the folder of the version.',
      cause,
    });
  }
}

/** A name is a single folder: nothing outside the registry can be named. */
const isName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(text);
