import type { AttemptRecord } from '../store/attempt.ts';
import { describeDifference, describeInputs } from '../store/difference.ts';
import type { StepRequest } from '../workflows/messages.ts';
import type { Preparation } from './preparation.ts';

/** Why a step was not run, in words. */
export const describeReuse = (runId: string): string => `same code, data and parameters as run ${runId}`;

/**
 * Why a step runs, in words: the first of what was asked for, what is missing, what has changed since the step last
 * ran, what the component says.
 *
 * @param missing why a result with the same key could not be taken
 * @param last the step's last finished attempt
 */
export function describeRun(
  request: StepRequest,
  { component, parts }: Preparation,
  missing: string | undefined,
  last: AttemptRecord | undefined,
): string {
  if (request.forceRerun) return 'asked for by --force-rerun';
  if (missing !== undefined) return missing;
  if (component.isDeterministic) {
    if (last === undefined) return 'no earlier result in this store';
    const changes = describeDifference(last.parts, parts);
    return changes.length > 0 ? changes.join(', ') : `no result to reuse from run ${last.runId}`;
  }
  const changes = last === undefined ? [] : describeParameters(last, request, parts.inputs);
  return changes.length > 0 ? changes.join(', ') : 'always runs (is_deterministic: false)';
}

/** What has changed among the inputs that are pipeline parameters. */
function describeParameters(
  last: AttemptRecord,
  request: StepRequest,
  inputs: AttemptRecord['parts']['inputs'],
): string[] {
  const only = (all: AttemptRecord['parts']['inputs']): AttemptRecord['parts']['inputs'] =>
    Object.fromEntries(Object.entries(all).filter(([name]) => request.parameters.includes(name)));
  return describeInputs(only(last.parts.inputs), only(inputs));
}
