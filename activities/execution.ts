import { runStep, type StepHost } from '../targets/step.ts';
import { attemptToken, type AttemptRecord } from '../store/attempt.ts';
import type { StepReport, StepRequest } from '../workflows/messages.ts';

/**
 * How long a step goes on whose activity the server has given up, in milliseconds. A server that was away asks for it
 * again within its longest retry interval, 10 s; one that does not (the run was terminated) wants it no more.
 */
const patience = 15_000;

/** A step that runs in this worker, held by the activity that waits for it. */
export interface Execution {
  record: Promise<AttemptRecord>;
  /** What it is doing now. */
  report(): StepReport;
  /** Ends it; resolves with its record where it had one already, rejects when nothing of it is alive. */
  end(reason: unknown): Promise<AttemptRecord>;
  /** To be called by each holder; what nobody holds is ended after a while. */
  release(): void;
}

const sayStarting = (): StepReport => ({ detail: 'starting' });

/** The steps that run in this worker. */
export interface Executions {
  /** Whether an execution of the attempt is going on. */
  has(request: StepRequest): boolean;
  /** Holds the execution of an attempt: the one that is going on, or a new one. */
  hold(request: StepRequest): Execution;
}

/** Runs steps so that one outlives an activity that lost touch with the server: the next one finds it again. */
export function openExecutions(host: StepHost): Executions {
  const executions = new Map<string, Execution & { hold(): void }>();

  function begin(request: StepRequest, token: string): Execution & { hold(): void } {
    const ending = new AbortController();
    let holders = 0;
    let abandoned: NodeJS.Timeout | undefined;
    let report = sayStarting;
    const execution = {
      report: () => report(),
      record: runStep(host, request, ending.signal, (way) => {
        report = way;
      }),
      end(reason: unknown) {
        ending.abort(reason);
        return execution.record;
      },
      hold() {
        holders += 1;
        clearTimeout(abandoned);
      },
      release() {
        holders -= 1;
        if (holders === 0 && executions.has(token))
          abandoned = setTimeout(() => ending.abort(new Error('nobody waits for the step')), patience);
      },
    };
    executions.set(token, execution);
    const forget = (): void => {
      executions.delete(token);
      clearTimeout(abandoned);
    };
    execution.record.then(forget, forget);
    return execution;
  }

  return {
    has: (request) => executions.has(attemptToken(request)),
    hold(request) {
      const token = attemptToken(request);
      const execution = executions.get(token) ?? begin(request, token);
      execution.hold();
      return execution;
    },
  };
}
