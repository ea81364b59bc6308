import { randomBytes } from 'node:crypto';
import { PipelineError } from '../../errors/error.ts';
import { addData, type FileStore } from '../../store/file.ts';
import { abandonSweep, openSweep } from '../../store/sweep.ts';
import { countCombinations, type Grid } from '../../workflows/grid.ts';
import type { SweepInput } from '../../workflows/sweep-messages.ts';
import type { SweepOptions } from '../commands/sweep.ts';
import type { Temporal } from '../connection.ts';
import { completeParameters } from '../parameters.ts';
import { createRunInput, readRunRules } from '../run-input.ts';
import { answer, answerJson, invocation, remark, type Session } from '../session.ts';
import { prepare, withPrepared } from '../start.ts';
import { describeState } from '../view.ts';
import { describeGrid, readGridFlags } from './grid.ts';
import { readPlan } from './plan.ts';
import { sweepUrl } from './view.ts';

/** Starts a sweep, and watches it where that was asked for. */
export async function sweepCommand(
  session: Session,
  options: SweepOptions & Record<string, unknown>,
  timeout: number | undefined,
): Promise<number> {
  const { parameters, grid } = readGridFlags(options, session);
  const { trial } = session.pipeline;
  const rules = { ...readRunRules(options, session), ...(trial === undefined ? {} : { until: trial }) };
  const plan = readPlan(options);
  const preparing = prepareGrid(session, completeParameters(parameters, session), grid);
  return withPrepared(session, preparing, async (temporal, prepared, searchAttributes) => {
    const { store } = prepared;
    const run = createRunInput(session, prepared, rules, searchAttributes);
    const input: SweepInput = { run, grid: prepared.grid, ...plan };
    remark(
      session,
      `${countCombinations(grid)} trainings (${describeGrid(grid)}), ${plan.maxParallel} at a time`,
    );
    const started = await startSweep(session, temporal, store, input, options.id);
    if (options.watch !== true) {
      reportStart(session, temporal, started, input);
      return 0;
    }
    if (started.already) remark(session, `sweep ${started.sweepId} is already running; watching it`);
    const { watchToEnd } = await import('./watch.ts');
    return watchToEnd(session, { temporal, store, sweepId: started.sweepId }, { ...options, timeout });
  });
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

async function prepareGrid(
  session: Session,
  parameters: Prepared['parameters'],
  grid: Grid,
): Promise<Prepared & { grid: Grid }> {
  const specs = session.pipeline.parameters;
  const prepared = await prepare(session, parameters);
  const placed = Object.entries(grid).map(async ([name, values]) => [
    name,
    specs[name]?.type === 'file'
      ? await Promise.all(values.map((file) => addData(prepared.store, String(file))))
      : values,
  ]);
  return { ...prepared, grid: Object.fromEntries(await Promise.all(placed)) as Grid };
}

interface Started {
  sweepId: string;
  executionId: string;
  already: boolean;
}

async function startSweep(
  { io }: Session,
  { client }: Temporal,
  store: FileStore,
  input: SweepInput,
  id: string | undefined,
): Promise<Started> {
  const { createRunId, workflowQueue } = await import('../../workflows/messages.ts');
  const { describeStart } = await import('../../workflows/start-options.ts');
  const sweepId = id ?? createRunId('sweep', io.now(), randomBytes(2).toString('hex'));
  const { run, grid } = input;
  await openSweep(store, sweepId);
  try {
    const handle = await client.workflow.start('sweep', {
      workflowId: sweepId,
      taskQueue: workflowQueue(store.id),
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      ...describeStart(run),
      staticSummary: `sweep of ${run.pipeline} · ${describeGrid(grid)} · ${run.target}`.slice(0, 200),
    });
    return { sweepId, executionId: handle.firstExecutionRunId, already: false };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowExecutionAlreadyStartedError') throw error;
    const description = await client.workflow.getHandle(sweepId).describe();
    if (description.type !== 'sweep') await abandonSweep(store, sweepId);
    const running = description.status.name === 'RUNNING' && description.type === 'sweep';
    if (running) return { sweepId, executionId: description.runId, already: true };
    const { stateOf } = await import('../runs.ts');
    throw new PipelineError(
      'RUN_ID_TAKEN',
      `The id ${sweepId} was used by a ${description.type === 'sweep' ? 'sweep' : 'run'}: ${describeState(stateOf(description))}.`,
      { hint: `Give another --id, or leave it out; ${invocation} show ${sweepId} shows it.`, cause: error },
    );
  }
}

function reportStart(
  session: Session,
  { namespace }: Temporal,
  { sweepId, executionId, already }: Started,
  { grid, run, maxParallel }: SweepInput,
): void {
  const url = sweepUrl(session, namespace, sweepId);
  if (session.format !== 'text') {
    const trainings = countCombinations(grid);
    const { parameters } = run;
    answerJson(session, {
      sweepId,
      executionId,
      state: 'running',
      alreadyRunning: already,
      trainings,
      maxParallel,
      parameters,
      grid,
      url,
    });
    return;
  }
  answer(session, sweepId);
  remark(session, already ? 'This sweep was already running; nothing was started.' : `Temporal  ${url}`);
  remark(session, `Next: ${invocation} watch ${sweepId}`);
  remark(session, `      ${invocation} cancel ${sweepId}`);
}
