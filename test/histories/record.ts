// `node dev/with-server.ts node test/histories/record.ts <version> [names…]` records a history of every way a run can go,
// or of those named, for the replay tests. Histories of earlier versions stay: their runs may still be open somewhere.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { exists } from '../../store/file.ts';
import {
  approveSignal,
  cancelRunSignal,
  pauseSignal,
  progressQuery,
  rejectSignal,
  resumeSignal,
  retryStepSignal,
  setParametersSignal,
  updateParametersUpdate,
  type RunInput,
  type RunState,
} from '../../workflows/messages.ts';
import { openPipeline, type Pipeline } from '../pipeline.ts';
import { quickScripts, type Scripts, type TrainingHandle } from '../project.ts';
import { createSchedule, listStarted } from '../schedules.ts';
import { until } from '../until.ts';

const [version = '0.1', ...only] = process.argv.slice(2);
const waiting = {
  prep_data: `touch ../../../../started; until [ -e ../../../../go ]; do sleep 0.05; done; ${quickScripts.prep_data}`,
};

const by = { by: 'ann', reason: 'because' };

interface Meddling {
  scripts?: Partial<Scripts>;
  input?: Partial<RunInput>;
  /** What is done to the run; where its prep_data waits, `go` lets it end. */
  meddle?: (handle: TrainingHandle, go: () => Promise<void>) => Promise<unknown>;
}

async function record(name: string, { scripts = {}, input, meddle }: Meddling = {}): Promise<void> {
  if (only.length > 0 && !only.includes(name)) return;
  const root = await mkdtemp(join(tmpdir(), 'histories-'));
  const [pipeline, close] = await openPipeline(root, { ...quickScripts, ...scripts });
  const searchAttributes: RunInput['searchAttributes'] = ['MlPipeline', 'MlTarget', 'MlModel', 'MlStep', 'MlR2'];
  const handle = await pipeline.start({ id: name, input: { searchAttributes, ...input } });
  if (scripts === waiting) await until(() => exists(join(root, 'started')));
  const go = (): Promise<void> => writeFile(join(root, 'go'), '');
  await meddle?.(handle, go);
  await go();
  await keep(name, handle);
  await close();
  await rm(root, { recursive: true });
}

async function keep(name: string, handle: WorkflowHandle): Promise<void> {
  await handle.result().catch(() => undefined);
  const history = historyToJSON(await handle.fetchHistory());
  await writeFile(join(import.meta.dirname, `${version}-${name}.json`), `${history}\n`);
}

/** As `record`, of what a schedule starts; `meddle` has that and the run it has started. */
async function recordFiring(
  name: string,
  scripts: Partial<Scripts> = {},
  meddle: (firing: WorkflowHandle, run: WorkflowHandle) => Promise<unknown> = async () => undefined,
  prepare: (pipeline: Pipeline, firstId: string) => Promise<unknown> = async () => undefined,
): Promise<void> {
  if (only.length > 0 && !only.includes(name)) return;
  const root = await mkdtemp(join(tmpdir(), 'histories-'));
  const [pipeline, close] = await openPipeline(root, { ...quickScripts, ...scripts });
  const schedule = await createSchedule(pipeline.client, pipeline, {
    id: name,
    spec: { intervals: [{ every: '1s' }], endAt: new Date('2026-11-24T06:00:00Z') },
  });
  await prepare(pipeline, `${name}-20261124-060000`);
  const start = new Date('2026-11-24T06:00:00Z');
  await schedule.backfill({ start, end: new Date(start.getTime() + 500) });
  const started = async (type: 'scheduled' | 'training'): Promise<WorkflowHandle> => {
    let found: string | undefined;
    await until(async () => (found = (await listStarted(pipeline.client, schedule, type))[0]?.workflowId) !== undefined);
    return pipeline.client.workflow.getHandle(found!);
  };
  const [firing, run] = [await started('scheduled'), await started('training')];
  if (scripts === waiting) await until(() => exists(join(root, 'started')));
  await meddle(firing, run);
  await writeFile(join(root, 'go'), '');
  await keep(name, firing);
  await schedule.delete();
  await close();
  await rm(root, { recursive: true });
}

const reach = (handle: TrainingHandle, state: RunState): Promise<void> =>
  until(async () => (await handle.query(progressQuery)).state === state);

await record('completed');
await record('failed', { scripts: { train: 'exit 1' } });
await record('tried-again', {
  scripts: {
    train: `[ -e ../../../../tried ] || { touch ../../../../tried; exit 75; }; ${quickScripts.train}`,
  },
});
await record('parameters-changed', {
  scripts: waiting,
  async meddle(handle) {
    await handle.executeUpdate(updateParametersUpdate, { args: [{ test_size: 0.3 }] });
    await handle.signal(setParametersSignal, { random_state: 7 });
  },
});
await record('cancelled-by-signal', {
  scripts: waiting,
  meddle: (handle) => handle.signal(cancelRunSignal, by),
});
await record('cancelled', { scripts: waiting, meddle: (handle) => handle.cancel() });
await record('paused', {
  scripts: waiting,
  async meddle(handle, go) {
    await handle.signal(pauseSignal, by);
    await go();
    await reach(handle, 'paused');
    await handle.signal(resumeSignal, by);
  },
});
for (const [name, signal] of [
  ['approved', approveSignal],
  ['rejected', rejectSignal],
] as const)
  await record(name, {
    input: { approval: { before: 'register_model', timeout: 60_000 } },
    async meddle(handle) {
      await reach(handle, 'awaiting approval');
      await handle.signal(signal, by);
    },
  });
await record('approved-by-condition', {
  input: { approval: { before: 'register_model', condition: 'r2 > 0' } },
});
await record('not-decided', { input: { approval: { before: 'register_model', timeout: 1000 } } });
await record('retried', {
  scripts: { train: `[ "$2" != 0.2 ] || exit 1; ${quickScripts.train}` },
  input: { onFailure: 'wait' },
  async meddle(handle) {
    await reach(handle, 'awaiting retry');
    await handle.signal(retryStepSignal, { ...by, parameters: { test_size: 0.3 } });
  },
});
await record('until-train', { input: { until: 'train' } });
await recordFiring('scheduled');
await recordFiring('scheduled-failed', { train: 'exit 1' });
await recordFiring('scheduled-cancelled', waiting, (firing) => firing.cancel());
await recordFiring('scheduled-run-cancelled', waiting, (_, run) => run.signal(cancelRunSignal, by));
await recordFiring('scheduled-again', waiting, undefined, async (pipeline, id) => {
  await pipeline.start({ id });
  await until(() => exists(join(pipeline.root, 'started')));
});
