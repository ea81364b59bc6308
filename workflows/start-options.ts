import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import {
  searchAttributeTypes,
  type ApprovalRule,
  type ParameterValue,
  type RunInput,
  type SearchAttribute,
} from './messages.ts';

/** What Temporal is told of a run when it starts, by the client or by a schedule. */
export interface StartOptions {
  typedSearchAttributes: SearchAttributePair[];
  staticSummary: string;
  staticDetails: string;
}

/** How a run shows in the Web UI and is found there. */
export const describeStart = (input: RunInput): StartOptions => ({
  typedSearchAttributes: readAttributes(input),
  staticSummary: summarize(input),
  staticDetails: describe(input),
});

function readAttributes({ pipeline, target, parameters, searchAttributes }: RunInput): SearchAttributePair[] {
  const values: Partial<Record<SearchAttribute, string>> = {
    MlPipeline: pipeline,
    MlTarget: target,
    ...(parameters['model_name'] === undefined ? {} : { MlModel: String(parameters['model_name']) }),
  };
  return searchAttributes.flatMap((name) => {
    const value = values[name];
    const type = searchAttributeTypes[name];
    return value === undefined || type !== 'KEYWORD'
      ? []
      : [{ key: defineSearchAttributeKey(name, type), value }];
  });
}

/** One line for the head of the run in the Web UI: `training · data diabetes.csv · … · test_size 0.2 · local`. */
const summarize = ({ pipeline, target, parameters }: RunInput): string =>
  [pipeline, ...Object.entries(parameters).map(describeParameter), target].join(' · ').slice(0, 200);

/** A file is named by its place in the store, `data/<sha256>/<name>`. */
const describeParameter = ([name, value]: [string, ParameterValue]): string =>
  `${name} ${String(value).replace(/^data\/[0-9a-f]{64}\//, '')}`;

const describe = ({ parameters, snapshot, startedBy, forceRerun, approval, rerun }: RunInput): string =>
  [
    ...Object.entries(parameters).map(([name, value]) => `- ${name}: \`${value}\``),
    `- snapshot: \`${snapshot.slice(0, 12)}\``,
    `- started by: ${startedBy}`,
    ...(forceRerun ? ['- every step runs, nothing is reused'] : []),
    ...(approval === undefined ? [] : [`- approval before ${approval.before}: ${describeRule(approval)}`]),
    ...(rerun === undefined ? [] : [`- again from: ${rerun.runId}`]),
  ].join('\n');

const describeRule = ({ condition }: ApprovalRule): string =>
  condition === undefined ? 'by a person' : `by a person, unless ${condition}`;
