/** Where a run waits for a person: paused between steps, before a step that needs approval, at a step that failed. */
import { ApplicationFailure, condition, log, setHandler } from '@temporalio/workflow';
import { meetsCondition } from './condition.ts';
import { showProgress } from './details.ts';
import {
  approveSignal,
  failureTypes,
  pauseSignal,
  rejectSignal,
  resumeSignal,
  retryStepSignal,
  type ApprovalRule,
  type Decision,
  type Hold,
  type Order,
  type Progress,
  type RunInput,
  type RunState,
} from './messages.ts';
import type { OpenParameters } from './open-parameters.ts';

/** The gates of a run. */
export interface Gates {
  /**
   * Waits before a step, while the run is paused and until its approval where one is asked for.
   *
   * @throws ApplicationFailure ApprovalRejected
   */
  pass(step: string): Promise<void>;
  /** Waits at a failed step until it is to be tried again. */
  awaitRetry(step: string): Promise<void>;
}

const stateOf = {
  paused: 'paused',
  approval: 'awaiting approval',
  failure: 'awaiting retry',
} as const satisfies Record<Hold['kind'], RunState>;

/** Sets up the gates of a run, whose state is its progress's, and the signals that open them. */
export function openGates(input: RunInput, progress: Progress, parameters: OpenParameters): Gates {
  let retried = false;

  setHandler(
    pauseSignal,
    (order) => {
      progress.pause ??= { ...order, at: now() };
      showProgress(progress);
    },
    { description: 'Holds the run before its next step' },
  );
  setHandler(
    resumeSignal,
    () => {
      delete progress.pause;
      showProgress(progress);
    },
    { description: 'Lets a paused run go on' },
  );
  setHandler(approveSignal, (order) => decide('approved', order), {
    description: 'Lets the step that waits for approval run',
  });
  setHandler(rejectSignal, (order) => decide('rejected', order), {
    description: 'Ends the run before the step that waits for approval',
  });
  setHandler(
    retryStepSignal,
    ({ parameters: change = {} }) => {
      const problems =
        progress.hold?.kind === 'failure' ? parameters.findProblems(change) : ['no step waits'];
      if (problems.length > 0) {
        log.warn(`retryStep refused: ${problems.join(' ')}`);
        return;
      }
      parameters.change(change);
      retried = true;
    },
    { description: 'Tries the failed step again, where the run was started with onFailure wait' },
  );

  function decide(decision: Decision['decision'], { by, reason }: Order): void {
    // Who has not seen the metrics has nothing to approve: a decision that comes too early is none.
    if (progress.hold?.kind !== 'approval' || progress.approval !== undefined)
      log.warn(`${decision} by ${by} ignored: no step waits for approval`);
    else progress.approval = { decision, by, reason, at: now() };
  }

  async function hold(
    kind: Hold['kind'],
    step: string,
    isOver: () => boolean,
    timeout?: number,
  ): Promise<boolean> {
    const since = now();
    progress.hold = { kind, step, since };
    if (timeout !== undefined) progress.hold.deadline = new Date(Date.parse(since) + timeout).toISOString();
    progress.state = stateOf[kind];
    showProgress(progress);
    try {
      if (timeout === undefined) await condition(isOver);
      else return await condition(isOver, timeout, { summary: `${stateOf[kind]} before ${step}` });
      return true;
    } finally {
      delete progress.hold;
      if (progress.state === stateOf[kind]) progress.state = 'running';
      showProgress(progress);
    }
  }

  async function awaitApproval(step: string, rule: ApprovalRule): Promise<void> {
    if (rule.condition !== undefined && meetsCondition(rule.condition, progress.metrics)) {
      progress.approval = { decision: 'approved', by: 'the condition', reason: rule.condition, at: now() };
      return;
    }
    const decided = await hold('approval', step, () => progress.approval !== undefined, rule.timeout);
    if (!decided)
      progress.approval = {
        decision: rule.onTimeout === 'approve' ? 'approved' : 'rejected',
        by: 'the time-out',
        reason: `nobody decided within ${rule.timeout! / 1000} s`,
        at: now(),
      };
  }

  return {
    async pass(step) {
      for (;;) {
        if (progress.pause !== undefined) await hold('paused', step, () => progress.pause === undefined);
        else if (input.approval?.before !== step || progress.approval !== undefined) break;
        else await awaitApproval(step, input.approval);
      }
      if (input.approval?.before === step && progress.approval?.decision === 'rejected')
        throw rejection(step, progress.approval);
    },
    async awaitRetry(step) {
      retried = false;
      await hold('failure', step, () => retried);
    },
  };
}

const rejection = (step: string, { by, reason }: Decision): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `${step} was rejected by ${by}${reason === '' ? '' : `: ${reason}`}`,
    failureTypes.approvalRejected,
  );

const now = (): string => new Date().toISOString();
