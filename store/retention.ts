/** What of a store can go: everything that is old and that nothing which stays refers to. */
import { join, relative } from 'node:path';
import type { AttemptName } from '../workflows/messages.ts';
import { attemptPath } from './attempt.ts';
import { readJson, type FileStore } from './file.ts';
import { addReferences, noReferences, type References } from './references.ts';
import { manifestFile } from './snapshot.ts';
import { listSweepRecords, sweepFolder } from './sweep.ts';
import { list, readRuns, sizeOf, usedAt, type Execution, type Run } from './survey.ts';

export const removableKinds = [
  'attempts',
  'logs',
  'run records',
  'sweeps',
  'snapshots',
  'data files',
  'reuse entries',
] as const;
export type RemovableKind = (typeof removableKinds)[number];

/** Something that can go. */
export interface Removable {
  kind: RemovableKind;
  /** Relative to the store. */
  path: string;
  /** The file in it, or it itself, whose time says when it was used last; relative to the store. */
  mark: string;
  bytes: number;
  /** Goes only once these are gone; relative to the store. */
  after: string[];
}

/** What stays. */
export interface Retention {
  /** Runs that ended since then stay. */
  endedSince: Date;
  /** What was made or used since then stays, whatever refers to it: a run may be starting with it. */
  usedSince: Date;
  /** Whether a run is open, or something open names it. */
  isLive(runId: string): boolean;
  /** What open runs refer to. */
  live: References;
  /** When a run that has left no record ended; undefined where nobody knows. */
  endOf(run: Execution): Promise<Date | undefined>;
  /** Whether runs that have no record, and of which nobody knows anything, count as ended with their last step. */
  lost: boolean;
  /** Whether the records of runs and of sweeps go as well; those of runs which registered a model stay. */
  records: boolean;
}

/** What can go, in the order in which it may, and how many runs stay only because nobody knows whether they ended. */
export async function findRemovable(
  store: FileStore,
  retention: Retention,
): Promise<{ removable: Removable[]; lost: number }> {
  const runs = await readRuns(store);
  const references = noReferences();
  for (const attempt of retention.live.attempts) references.attempts.add(attempt);
  for (const digest of retention.live.digests) references.digests.add(digest);
  const old: Run[] = [];
  let lost = 0;
  for (const run of runs) {
    const end = await endOf(run, retention);
    if (end !== undefined && end < retention.endedSince) old.push(run);
    else addRun(references, run);
    if (end === undefined && !retention.isLive(run.runId)) lost += 1;
  }
  const isUnused = async ({ mark }: Removable): Promise<boolean> =>
    (await usedAt(join(store.root, mark))) < retention.usedSince;
  const attempts = old
    .flatMap((run) => run.attempts)
    .filter(({ path }) => !references.attempts.has(path))
    .map(({ path }) => describe('attempts', path, `${path}/record.json`));
  const gone = await select(attempts, isUnused);
  const others = [
    ...old.flatMap((run) => run.logs).map((path) => describe('logs', path, path)),
    ...(retention.records ? findRecords(old, new Set(gone.map(({ path }) => path))) : []),
    ...(retention.records ? await findSweeps(store, retention) : []),
    // A clean that was killed leaves them.
    ...old.filter(isEmpty).map(({ path }) => describe('run records', path, path)),
    ...(await findEmptyRuns(store)),
    // Which of these an unknown run would need cannot be told from what it has left.
    ...(lost === 0
      ? [...(await findSnapshots(store, references)), ...(await findData(store, references))]
      : []),
    ...(await findEntries(store, new Set(gone.map(({ path }) => path)))),
  ];
  const removable = [...gone, ...(await select(others, isUnused))];
  for (const one of removable) one.bytes = await sizeOf(join(store.root, one.path));
  return { removable, lost };
}

/** When a run ended; undefined where it is open or nobody knows. */
async function endOf(run: Run, { isLive, endOf: ask, lost }: Retention): Promise<Date | undefined> {
  if (isLive(run.runId)) return undefined;
  if (isEmpty(run)) return new Date(0);
  if (run.record?.finishedAt !== undefined) return new Date(run.record.finishedAt);
  const known = await ask(run);
  if (known !== undefined || !lost) return known;
  return new Date(Math.max(0, ...run.attempts.map(({ record }) => Date.parse(record.finishedAt))));
}

function addRun(references: References, { text, attempts }: Run): void {
  if (text !== undefined) addReferences(references, text);
  for (const { text: content, record } of attempts) {
    addReferences(references, content);
    // A result without files is named by its fields alone.
    if (record.reused !== undefined)
      references.attempts.add(attemptPath({ ...record.reused, step: record.step }));
  }
}

const isEmpty = ({ record, attempts, logs }: Run): boolean =>
  record === undefined && attempts.length + logs.length === 0;

async function findEmptyRuns({ root }: FileStore): Promise<Removable[]> {
  const found: Removable[] = [];
  for (const name of await list(join(root, 'runs')))
    if ((await list(join(root, 'runs', name))).length === 0)
      found.push(describe('run records', `runs/${name}`, `runs/${name}`));
  return found;
}

/** The records of runs of which nothing else stays. */
const findRecords = (runs: Run[], gone: Set<string>): Removable[] =>
  runs
    .filter(({ record }) => record !== undefined && record.model === undefined)
    .filter(({ attempts }) => attempts.every(({ path }) => gone.has(path)))
    .map(({ path, attempts }) => ({
      ...describe('run records', path, `${path}/run.json`),
      after: attempts.map((attempt) => attempt.path),
    }));

async function findSweeps(store: FileStore, { isLive, endedSince }: Retention): Promise<Removable[]> {
  const found: Removable[] = [];
  for (const { sweepId, finishedAt } of await listSweepRecords(store)) {
    const path = relative(store.root, sweepFolder(store, sweepId));
    if (finishedAt !== undefined && new Date(finishedAt) < endedSince && !isLive(sweepId))
      found.push(describe('sweeps', path, `${path}/sweep.json`));
  }
  return found;
}

async function findSnapshots({ root }: FileStore, { digests }: References): Promise<Removable[]> {
  const names = await list(join(root, 'snapshots'));
  return names
    .filter((name) => !digests.has(name))
    .map((name) => {
      const path = `snapshots/${name}`;
      // Else it is what a killed client left: a digest with a random end.
      return describe('snapshots', path, /^[0-9a-f]{64}$/.test(name) ? `${path}/${manifestFile}` : path);
    });
}

async function findData({ root }: FileStore, { digests }: References): Promise<Removable[]> {
  const found: Removable[] = [];
  for (const digest of await list(join(root, 'data')))
    if (!digests.has(digest))
      for (const name of await list(join(root, 'data', digest)))
        found.push(describe('data files', `data/${digest}/${name}`, `data/${digest}/${name}`));
  return found;
}

/** Entries whose attempts go or are gone. */
async function findEntries(store: FileStore, gone: Set<string>): Promise<Removable[]> {
  const found: Removable[] = [];
  for (const name of await list(join(store.root, 'reuse'))) {
    const path = `reuse/${name}`;
    const entry = name.endsWith('.json')
      ? await readJson<AttemptName>(join(store.root, path)).catch(() => undefined)
      : undefined;
    if (entry === undefined) continue;
    const attempt = attemptPath(entry);
    if (gone.has(attempt) || (await list(join(store.root, attempt))).length === 0)
      found.push({ ...describe('reuse entries', path, path), after: [attempt] });
  }
  return found;
}

const describe = (kind: RemovableKind, path: string, mark: string): Removable => ({
  kind,
  path,
  mark,
  bytes: 0,
  after: [],
});

async function select(
  found: Removable[],
  matches: (one: Removable) => Promise<boolean>,
): Promise<Removable[]> {
  const kept: Removable[] = [];
  for (const one of found) if (await matches(one)) kept.push(one);
  return kept;
}
