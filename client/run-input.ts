/** What a run is started with, beside its parameters: the flags, and the input they make. */
import { Option, type Command } from 'commander';
import { PipelineError } from '../errors/error.ts';
import type { Pipeline } from '../pipelines/pipeline.ts';
import { parseCondition } from '../workflows/condition.ts';
import type { ApprovalRule, RunInput, SearchAttribute } from '../workflows/messages.ts';
import { parseDuration } from './duration.ts';
import type { Session } from './session.ts';
import { describeUser } from './user.ts';

/** The options every command has that starts runs. */
export interface RunOptions {
  forceRerun?: true;
  requireApproval?: true;
  approveIf?: string;
  approvalTimeout?: string;
  onTimeout?: 'approve' | 'reject';
  onFailure?: 'fail' | 'wait';
  maxAttempts?: string;
}

/** Adds the flags that say how a run goes. */
export function addRunFlags(command: Command, pipeline: Pipeline): Command {
  return command
    .option('--force-rerun', 'run every step, also where a result could be reused')
    .option('--require-approval', `wait for a person before ${pipeline.approval}`)
    .option('--approve-if <condition>', 'go on by itself where this holds, as "r2 >= 0.15"; else wait')
    .option('--approval-timeout <duration>', 'how long to wait for approval: 12h, 2d … (default: for ever)')
    .addOption(
      new Option(
        '--on-timeout <what>',
        'what holds when nobody has decided in time (default: reject)',
      ).choices(['approve', 'reject']),
    )
    .addOption(
      new Option(
        '--on-failure <what>',
        'whether a failed step ends the run or holds it (default: fail)',
      ).choices(['fail', 'wait']),
    )
    .option('--max-attempts <number>', 'how often a step is tried that asks for it (default: 3)');
}

/** How a run is to go, from the flags. */
export type RunRules = Pick<RunInput, 'forceRerun' | 'maxAttempts' | 'approval' | 'onFailure'>;

/**
 * Reads the flags that say how a run goes.
 *
 * @throws PipelineError USAGE
 */
export function readRunRules(options: RunOptions, { config, pipeline }: Session): RunRules {
  const approval = readApproval(options, pipeline);
  return {
    forceRerun: options.forceRerun ?? false,
    maxAttempts:
      options.maxAttempts === undefined ? config.maxAttempts.value : readCount(options.maxAttempts),
    ...(options.onFailure === undefined ? {} : { onFailure: options.onFailure }),
    ...(approval === undefined ? {} : { approval }),
  };
}

function readApproval(options: RunOptions, pipeline: Pipeline): ApprovalRule | undefined {
  const { requireApproval, approveIf, approvalTimeout, onTimeout } = options;
  if (requireApproval && approveIf !== undefined)
    throw new PipelineError('USAGE', '--require-approval and --approve-if contradict each other.', {
      hint: 'With --approve-if a person is asked only where the condition does not hold.',
    });
  if (approveIf !== undefined && parseCondition(approveIf) === undefined)
    throw new PipelineError('USAGE', `--approve-if must compare a metric with a number, not ${approveIf}.`, {
      hint: 'Write it as "r2 >= 0.15"; join several with and.',
    });
  if (!requireApproval && approveIf === undefined) {
    if (approvalTimeout === undefined && onTimeout === undefined) return undefined;
    throw new PipelineError('USAGE', 'A time-out for the approval needs something that asks for it.', {
      hint: 'Add --require-approval or --approve-if.',
    });
  }
  if (onTimeout !== undefined && approvalTimeout === undefined)
    throw new PipelineError('USAGE', `--on-timeout ${onTimeout} needs --approval-timeout.`);
  return {
    before: pipeline.approval,
    ...(approveIf === undefined ? {} : { condition: approveIf }),
    ...(approvalTimeout === undefined
      ? {}
      : { timeout: parseDuration(approvalTimeout, '--approval-timeout') }),
    ...(onTimeout === undefined ? {} : { onTimeout }),
  };
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new PipelineError('USAGE', `--max-attempts must be a whole number from 1 to 9999, not ${text}.`);
}

/** What is resolved before a run starts: a run never reads the working copy. */
export interface Prepared {
  store: { uri: string; id: string };
  parameters: RunInput['parameters'];
  /** Digest of the snapshot. */
  snapshot: string;
}

/** The input of a run of the session's pipeline. */
export function createRunInput(
  { config, pipeline }: Session,
  { store, parameters, snapshot }: Prepared,
  rules: RunRules & Pick<RunInput, 'until' | 'rerun'>,
  searchAttributes: SearchAttribute[],
): RunInput {
  return {
    pipeline: pipeline.name,
    parameters,
    snapshot,
    store: { uri: store.uri, id: store.id },
    registry: config.registry.value,
    target: 'local',
    heartbeatTimeout: config.heartbeatTimeout.value,
    searchAttributes,
    startedBy: describeUser(),
    ...rules,
  };
}
