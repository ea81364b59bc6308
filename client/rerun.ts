/** Starting a run from an old one. */
import { join } from 'node:path';
import { PipelineError } from '../errors/error.ts';
import type { Pipeline } from '../pipelines/pipeline.ts';
import { openStore, type FileStore } from '../store/file.ts';
import { workflowQueue, type Progress, type Rerun } from '../workflows/messages.ts';
import type { RerunOptions } from './commands/rerun.ts';
import { withTemporal } from './connection.ts';
import { completeParameters, readParameterFlags } from './parameters.ts';
import { createRunInput, readRunRules } from './run-input.ts';
import { explainSilence, readView } from './runs.ts';
import { remark, type Session } from './session.ts';
import { assertRunId, followStart, prepare, readSearchAttributes, startRun } from './start.ts';
import { noWorker } from './steer.ts';

/** Starts a run with the parameters and the valid results of an old one. */
export async function rerunCommand(
  session: Session,
  oldId: string,
  options: RerunOptions & Record<string, unknown>,
  timeout: number | undefined,
): Promise<number> {
  const given = readParameterFlags(options, session);
  const rules = readRunRules(options, session);
  const { from, id } = options;
  if (from !== undefined) assertStep(session.pipeline, from);
  if (id !== undefined) assertRunId(id);
  const store = await openStore(session.config.store.value);
  return withTemporal(session.config, async (temporal) => {
    await temporal.ready;
    const { progress: old } = await readView(session, { temporal, store }, oldId);
    if (old === undefined)
      throw noWorker(await explainSilence(temporal, workflowQueue(store.id), 'workflow'));
    const known = knownParameters(session.pipeline, store, old);
    const parameters = completeParameters({ ...known, ...given }, session);
    const [prepared, searchAttributes] = await Promise.all([
      prepare(session, parameters),
      readSearchAttributes(temporal),
    ]);
    const rerun = keepResults(session.pipeline, old, from);
    const input = createRunInput(session, prepared, { ...rules, rerun }, searchAttributes);
    const started = await startRun(session, temporal, input, id);
    const kept = Object.keys(rerun.attempts);
    remark(
      session,
      `from run ${oldId}: ${kept.length === 0 ? 'no results' : kept.join(', ')} kept where still valid`,
    );
    return followStart(session, temporal, store, { ...started, input }, { ...options, timeout });
  });
}

/**
 * Which results of the old run count. A run that has ended well is run again as `start` would; one that has not goes on
 * from where it was, so that also steps are kept whose component says that they are not deterministic.
 */
function keepResults(
  pipeline: Pipeline,
  { runId, executionId, state, steps }: Progress,
  from: string | undefined,
): Rerun {
  const names = Object.keys(pipeline.steps);
  const before = from === undefined ? names.length : names.indexOf(from);
  const kept = from === undefined && state === 'completed' ? [] : steps.slice(0, before);
  const done = kept.filter((step) => step.state === 'done');
  return {
    runId,
    executionId,
    attempts: Object.fromEntries(done.map(({ name, attempt }) => [name, attempt])),
    ...(from === undefined ? {} : { from }),
  };
}

/** The old run's parameters that the pipeline has still, with the files where the store has them. */
function knownParameters(
  { parameters: specs }: Pipeline,
  { root }: FileStore,
  { parameters }: Progress,
): Progress['parameters'] {
  const known = Object.entries(parameters).filter(([name]) => Object.hasOwn(specs, name));
  return Object.fromEntries(
    known.map(([name, value]) => [name, specs[name]?.type === 'file' ? join(root, String(value)) : value]),
  );
}

function assertStep({ steps }: Pipeline, name: string): void {
  if (Object.hasOwn(steps, name)) return;
  throw new PipelineError('STEP_NOT_FOUND', `There is no step ${name}.`, {
    hint: `The steps are ${Object.keys(steps).join(', ')}.`,
  });
}
