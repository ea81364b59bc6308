/** Holding a run, deciding for one that waits, and trying a failed step again. */
import type { SignalDefinition } from '@temporalio/client';
import { PipelineError } from '../errors/error.ts';
import {
  approveSignal,
  pauseSignal,
  rejectSignal,
  resumeSignal,
  retryStepSignal,
  workflowQueue,
  type Order,
  type Progress,
} from '../workflows/messages.ts';
import { placeFiles, readParameterFlags } from './parameters.ts';
import { answerTimeout, explainSilence, queryProgress } from './runs.ts';
import { answer, answerJson, invocation, remark, runUrl, type Session } from './session.ts';
import { assertRunning, finished, noWorker, updateParameters, withRun, type Open } from './steer.ts';
import { describeUser } from './user.ts';
import { describeHold, summarizeRun } from './view.ts';

/** What a verb asks of a run. */
interface Verb {
  signal: SignalDefinition<[Order]>;
  /** What keeps the verb from making sense now; undefined where it does. */
  objection: (progress: Progress) => string | undefined;
  /** Whether the run has taken it. */
  taken: (progress: Progress) => boolean;
}

const awaitsApproval = ({ hold, state, approval }: Progress): string | undefined => {
  if (hold?.kind === 'approval') return undefined;
  return approval === undefined
    ? `waits for no approval: it is ${state}`
    : `was ${approval.decision} by ${approval.by} already`;
};

const verbs = {
  pause: { signal: pauseSignal, objection: () => undefined, taken: ({ pause }) => pause !== undefined },
  resume: {
    signal: resumeSignal,
    objection: ({ pause, state }) => (pause === undefined ? `is not paused: it is ${state}` : undefined),
    taken: ({ pause }) => pause === undefined,
  },
  approve: {
    signal: approveSignal,
    objection: awaitsApproval,
    taken: ({ approval }) => approval?.decision === 'approved',
  },
  reject: {
    signal: rejectSignal,
    objection: awaitsApproval,
    taken: ({ approval }) => approval?.decision === 'rejected',
  },
} as const satisfies Record<string, Verb>;

/** Tells a run one of the verbs and waits until it has taken it. */
export async function tellRun(
  session: Session,
  given: string | undefined,
  { verb, reason }: { verb: keyof typeof verbs; reason: string },
): Promise<number> {
  return withRun(session, given, async (open) => {
    const { signal, objection, taken }: Verb = verbs[verb];
    const executionId = await assertRunning(open.temporal, open.store, open.runId);
    await assertNow(open, executionId, objection);
    const handle = open.temporal.client.workflow.getHandle(open.runId, executionId);
    await handle.signal(signal, { by: describeUser(), reason });
    return report(session, open, executionId, taken);
  });
}

/** Tries the failed step of a run again, with other parameters where some are given. */
export async function retryRun(
  session: Session,
  given: string | undefined,
  { reason, ...flags }: { reason: string } & Record<string, unknown>,
): Promise<number> {
  const change = readParameterFlags(flags, session);
  return withRun(session, given, async (open) => {
    const { temporal, store, runId } = open;
    const executionId = await assertRunning(temporal, store, runId);
    const before = await assertNow(open, executionId, ({ hold, state }) =>
      hold?.kind === 'failure' ? undefined : `has no failed step that waits: it is ${state}`,
    );
    if (Object.keys(change).length > 0)
      await updateParameters(open, await placeFiles(store, session.pipeline, change));
    const handle = temporal.client.workflow.getHandle(runId, executionId);
    await handle.signal(retryStepSignal, { by: describeUser(), reason });
    return report(session, open, executionId, ({ hold }) => hold?.since !== before.hold?.since);
  });
}

async function assertNow(open: Open, executionId: string, objection: Verb['objection']): Promise<Progress> {
  const { temporal, store, runId } = open;
  const progress = await queryProgress(temporal, { runId, executionId }).catch(() => undefined);
  if (progress === undefined)
    throw noWorker(await explainSilence(temporal, workflowQueue(store.id), 'workflow'));
  const problem = objection(progress);
  if (problem === undefined) return progress;
  throw new PipelineError('NOT_WAITING', `Run ${runId} ${problem}.`, {
    hint: `${invocation} watch ${runId} shows what it does.`,
  });
}

async function report(
  session: Session,
  { temporal, runId }: Open,
  executionId: string,
  taken: Verb['taken'],
): Promise<number> {
  const until = Date.now() + answerTimeout;
  for (;;) {
    const progress = await queryProgress(temporal, { runId, executionId }).catch(() => undefined);
    if (progress !== undefined && taken(progress))
      return answerProgress(session, temporal.namespace, progress);
    if (Date.now() > until) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw await finished(temporal, runId);
}

function answerProgress(session: Session, namespace: string, progress: Progress): number {
  const { runId, executionId, state } = progress;
  if (session.format !== 'text') {
    const url = runUrl(session, namespace, runId, executionId);
    answerJson(
      session,
      summarizeRun({ runId, executionId, state, progress, details: {}, url }, session.io.now()),
    );
    return 0;
  }
  const [what, how] = describeHold(progress) ?? [state, `Next: ${invocation} watch ${runId}`];
  answer(session, `${runId} ${what}`);
  remark(session, how);
  return 0;
}
