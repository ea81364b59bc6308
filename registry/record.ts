/** What a version keeps of the run that registered it: enough where neither the store nor Temporal is. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson, writeJson } from '../store/file.ts';
import type { Decision, Metrics, Parameters, Progress, RunState } from '../workflows/messages.ts';
import type { VersionFile } from './models.ts';

/** A data file a run was started with. */
export interface DataFile {
  file: string;
  sha256: string;
}

/** The run behind a version, as run.json beside it. */
export interface ModelRecord {
  runId: string;
  executionId: string;
  pipeline: string;
  state: RunState;
  startedBy: string;
  startedAt: string;
  finishedAt: string | null;
  metrics: Metrics;
  parameters: Parameters;
  /** The data files, by the parameter that named them. */
  data: Record<string, DataFile>;
  /** Digest of the snapshot: component files, code and lock file. */
  code: string;
  /** Who let the run register, and why; null where nobody was asked. */
  approval: Decision | null;
}

/** The part of a run's record that its model keeps. */
export function recordOf(progress: Progress): ModelRecord {
  const { runId, executionId, pipeline, state, startedBy, startedAt, metrics, parameters, snapshot } =
    progress;
  return {
    runId,
    executionId,
    pipeline,
    state,
    startedBy,
    startedAt,
    finishedAt: progress.finishedAt ?? null,
    metrics,
    parameters,
    data: findData(parameters),
    code: snapshot,
    approval: progress.approval ?? null,
  };
}

function findData(parameters: Parameters): Record<string, DataFile> {
  const found: Record<string, DataFile> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const [, sha256, file] = /^data\/([0-9a-f]{64})\/([^/]+)$/.exec(String(value)) ?? [];
    if (sha256 !== undefined && file !== undefined) found[name] = { file, sha256 };
  }
  return found;
}

/**
 * Writes the record of a run into the folder of the version it registered; does nothing where there is no such folder,
 * or where another run registered that version (this one took the step's result from it). May be repeated.
 *
 * @throws PipelineError STORE_UNWRITABLE
 */
export async function recordModel(progress: Progress): Promise<void> {
  const folder = folderOf(progress.model?.uri);
  if (folder === undefined) return;
  const version = await readOrNothing<VersionFile>(join(folder, 'version.json'));
  if (version === undefined || version.deleted !== undefined) return;
  const path = join(folder, 'run.json');
  const owner = version.runId ?? nameOf(await readOrNothing<ModelRecord>(path)) ?? nameOf(progress);
  if (owner === nameOf(progress)) await writeJson(path, recordOf(progress));
}

const nameOf = (run: { runId: string; executionId: string } | undefined): string | undefined =>
  run && `${run.runId}/${run.executionId}`;

// The URI is a step's, and a step may write anything: what cannot be read there is no version of ours.
const readOrNothing = <T>(path: string): Promise<T | undefined> => readJson<T>(path).catch(() => undefined);

function folderOf(uri: unknown): string | undefined {
  try {
    return fileURLToPath(String(uri));
  } catch {
    return undefined;
  }
}
