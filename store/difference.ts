import type { ReuseParts } from './reuse.ts';

/**
 * What has changed between two results of a step, in words: `test_size 0.2 → 0.3`, `code changed: train.ts`.
 * Empty where nothing has.
 */
export function describeDifference(before: ReuseParts, after: ReuseParts): string[] {
  return [
    ...describeInputs(before.inputs, after.inputs),
    ...describeCode(before, after),
    ...(before.environment === after.environment
      ? []
      : [`environment ${before.environment} → ${after.environment}`]),
  ];
}

/** Which inputs differ: literals with both values, files and folders by name. */
export function describeInputs(before: ReuseParts['inputs'], after: ReuseParts['inputs']): string[] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => {
      const [old, now] = [before[name], after[name]];
      if (isDigest(old) && isDigest(now)) return `${name} changed`;
      return `${name} ${old ?? 'nothing'} → ${now ?? 'nothing'}`;
    });
}

function describeCode(before: ReuseParts, after: ReuseParts): string[] {
  const names = [...new Set([...Object.keys(before.code), ...Object.keys(after.code)])].toSorted();
  const changed = names.filter((name) => before.code[name] !== after.code[name]);
  if (changed.length > 0) {
    const shown = changed.slice(0, 3).join(', ');
    return [`code changed: ${shown}${changed.length > 3 ? ` and ${changed.length - 3} more` : ''}`];
  }
  return before.component === after.component ? [] : ['component file changed'];
}

const isDigest = (value: unknown): boolean => typeof value === 'string' && value.startsWith('sha256:');
