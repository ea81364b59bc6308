import { dataFailure, usageFailure } from '../program/failure.ts';
import type { Table } from './table.ts';

/** The feature columns a --features list asks for: names with commas between them, or `all` but the target. */
export function chooseFeatures(table: Table, list: string, target: string): string[] {
  requireColumn(table, target, 'target');
  const known = table.header.filter((name) => name !== target);
  const features =
    list === 'all' && !known.includes('all') ? known : list.split(',').map((name) => name.trim());
  for (const [index, feature] of features.entries()) {
    if (feature === '') throw usageFailure(`--features has an empty name (${list})`, 'give names as bmi,bp');
    if (features.indexOf(feature) !== index) {
      throw usageFailure(`--features names ${feature} twice (${list})`, 'name each feature once');
    }
    if (feature === target) {
      throw usageFailure(`--features names the target ${target}`, `choose from ${known.join(', ')}`);
    }
    requireColumn(table, feature, 'feature', known);
  }
  return features;
}

function requireColumn(
  table: Table,
  name: string,
  role: string,
  known: readonly string[] = table.header,
): void {
  const times = table.header.filter((column) => column === name).length;
  if (times === 1) return;
  if (times > 1) {
    throw dataFailure(
      `${table.path} line 1 names the column ${name} ${times} times`,
      'give each column its own name',
    );
  }
  const meant = known.find((column) => column.toLowerCase() === name.toLowerCase());
  throw dataFailure(
    `${table.path} has no column for the ${role} ${name}`,
    `${meant === undefined ? '' : `did you mean ${meant}? `}its columns: ${known.join(', ')}`,
  );
}
