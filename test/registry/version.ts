import { registerModel } from '../../steps/registration/registration.ts';
import type { Progress } from '../../workflows/messages.ts';
import { findModel, type ModelVersion } from '../../registry/models.ts';
import { completedProgress } from '../client/run.ts';

/** Registers a version as `register_model` does. */
export async function addVersion(
  registry: string,
  { name = 'diabetes', run = null as string | null, content = '{}' } = {},
): Promise<ModelVersion> {
  const model = { name, file: `${name}.json`, content: Buffer.from(content) };
  const { record } = registerModel(registry, model, run, () => new Date('2026-11-23T08:33:58Z'));
  return findModel(registry, `${name}:${record.version}`);
}

/** The record of the run that registered a version. */
export function progressOf(version: ModelVersion, change: Partial<Progress> = {}): Progress {
  const [runId = '', executionId = ''] = (version.runId ?? 'training-1/e1').split('/');
  const model = { name: version.name, version: version.version, uri: version.uri };
  return { ...completedProgress, runId, executionId, model, ...change };
}
