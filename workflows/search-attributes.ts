import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import type { RunInput, SearchAttribute } from './messages.ts';

/** The search attributes a run starts with, of those the namespace has. */
export function startAttributes({
  pipeline,
  target,
  parameters,
  searchAttributes,
}: RunInput): SearchAttributePair[] {
  const values: Partial<Record<SearchAttribute, string>> = {
    MlPipeline: pipeline,
    MlTarget: target,
    MlModel: String(parameters['model_name']),
  };
  return searchAttributes.flatMap((name) => {
    const value = values[name];
    return value === undefined
      ? []
      : [{ key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD), value }];
  });
}
