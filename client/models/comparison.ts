import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFile } from '../../steps/regression/model.ts';
import type { ParameterValue } from '../../workflows/messages.ts';
import { answer, answerJson, type Session } from '../session.ts';
import { renderTable, type Column } from '../table.ts';
import { chooseVersion, labelOf, type Card } from './card.ts';

type Pair<T> = [T | null, T | null];

/** Two numbers, and how much more the second is; null where one has none. */
interface NumberPair {
  values: Pair<number>;
  difference: number | null;
}

/** Two versions side by side; `same` is null where one of them has no record to say. */
interface Comparison {
  models: [string, string];
  metrics: Record<string, NumberPair>;
  /** Only those that differ. */
  parameters: Record<string, { values: Pair<ParameterValue> }>;
  data: { values: Pair<Card['data']>; same: boolean | null };
  code: { values: Pair<string>; same: boolean | null };
  /** Those of the lines, with the intercept; empty where neither model is one. */
  coefficients: Record<string, NumberPair>;
}

/** Compares two versions: what they score, what they were made of, what they have learnt. */
export async function compareModels(session: Session, texts: [string, string]): Promise<number> {
  const [a, b] = [
    await chooseVersion(session, texts[0], undefined),
    await chooseVersion(session, texts[1], undefined),
  ];
  const coefficients: [Numbers, Numbers] = [await readCoefficients(a), await readCoefficients(b)];
  const comparison = compare(a, b, coefficients);
  if (session.format === 'text')
    for (const line of renderTable(columnsFor(comparison.models), rowsOf(comparison), session.io))
      answer(session, line);
  else answerJson(session, comparison);
  return 0;
}

type Numbers = Record<string, number>;

function compare(a: Card, b: Card, coefficients: [Numbers, Numbers]): Comparison {
  // train reports what its model has learnt as metrics too: said once.
  const metrics = [a, b].map((card, at) =>
    Object.fromEntries(
      Object.entries(card.metrics ?? {}).filter(
        ([name, value]) => typeof value === 'number' && !Object.hasOwn(coefficients[at]!, name),
      ),
    ),
  ) as [Numbers, Numbers];
  const [left, right] = [a.parameters ?? {}, b.parameters ?? {}];
  const named = { ...a.data, ...b.data };
  const differing = namesOf(left, right).filter(
    (name) => left[name] !== right[name] && !Object.hasOwn(named, name),
  );
  return {
    models: [labelOf(a), labelOf(b)],
    metrics: pairNumbers(...metrics),
    parameters: Object.fromEntries(
      differing.map((name) => [name, { values: [left[name] ?? null, right[name] ?? null] }]),
    ),
    data: { values: [a.data, b.data], same: isSame(digestsOf(a), digestsOf(b)) },
    code: { values: [a.code, b.code], same: isSame(a.code, b.code) },
    coefficients: pairNumbers(...coefficients),
  };
}

function pairNumbers(left: Numbers, right: Numbers): Record<string, NumberPair> {
  return Object.fromEntries(
    namesOf(left, right).map((name) => {
      const [a, b] = [left[name] ?? null, right[name] ?? null];
      return [name, { values: [a, b], difference: a === null || b === null ? null : b - a }];
    }),
  );
}

/** The coefficients and the intercept of a line; nothing where the model is something else. */
async function readCoefficients({ folder, file }: Card): Promise<Numbers> {
  try {
    const model = JSON.parse(await readFile(join(folder, file), 'utf8')) as Partial<ModelFile>;
    if (model.format !== 'linear-model') return {};
    const numbers = { intercept: model.intercept, ...model.coefficients };
    return Object.fromEntries(
      Object.entries(numbers).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    );
  } catch {
    return {};
  }
}

const namesOf = (left: object, right: object): string[] => [
  ...new Set([...Object.keys(left), ...Object.keys(right)]),
];

const digestsOf = ({ data }: Card): string | null =>
  data && JSON.stringify(Object.entries(data).map(([name, { sha256 }]) => [name, sha256]));

const isSame = (a: string | null, b: string | null): boolean | null =>
  a === null || b === null ? null : a === b;

interface Row {
  what: string;
  name: string;
  values: [string, string];
  difference: string;
}

function rowsOf({ metrics, parameters, data, code, coefficients }: Comparison): Row[] {
  const dataNames = namesOf(data.values[0] ?? {}, data.values[1] ?? {});
  return [
    ...numberRows('metric', metrics),
    ...Object.entries(parameters).map(([name, { values }]) => row('parameter', name, values, 'different')),
    ...dataNames.map((name) => {
      const digests = data.values.map((files) => files?.[name]?.sha256 ?? null) as Pair<string>;
      return row('data', name, digests, describeSame(isSame(...digests)));
    }),
    row('code', 'snapshot', code.values, describeSame(code.same)),
    ...numberRows('coefficient', coefficients),
  ];
}

const numberRows = (what: string, numbers: Record<string, NumberPair>): Row[] =>
  Object.entries(numbers).map(([name, { values, difference }]) =>
    row(what, name, values, difference === null ? '' : `${difference > 0 ? '+' : ''}${difference}`),
  );

const row = (what: string, name: string, values: Pair<ParameterValue>, difference: string): Row => ({
  what,
  name,
  values: values.map((value) => (value === null ? '' : String(value))) as [string, string],
  difference,
});

const describeSame = (same: boolean | null): string =>
  same === null ? 'unknown' : same ? 'same' : 'different';

/** A digest is long, and only for programs. */
const shorten = (text: string): string => (/^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text);

const columnsFor = ([a, b]: [string, string]): Column<Row>[] => [
  { title: 'WHAT', cell: ({ what }) => what },
  { title: 'NAME', cell: ({ name }) => name },
  { title: a, cell: ({ values }) => shorten(values[0]), raw: ({ values }) => values[0] },
  { title: b, cell: ({ values }) => shorten(values[1]), raw: ({ values }) => values[1] },
  { title: 'DIFFERENCE', cell: ({ difference }) => difference },
];
