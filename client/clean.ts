import { PipelineError } from '../errors/error.ts';
import { devInvocation } from '../errors/invocation.ts';
import { openStore, type FileStore } from '../store/file.ts';
import { findRemovable, removableKinds, type Removable, type RemovableKind } from '../store/retention.ts';
import { holdTrash, removeUnused } from '../store/trash.ts';
import { confirm } from './confirm.ts';
import { withTemporal, type Temporal } from './connection.ts';
import { findLive } from './live.ts';
import { answer, answerJson, remark, type Session } from './session.ts';
import { formatBytes, renderTable, type Column } from './table.ts';

interface CleanOptions {
  /** Runs that ended longer ago are old, in milliseconds. */
  age: number;
  dryRun: boolean;
  records: boolean;
  lost: boolean;
  yes: boolean;
}

/** What was used in the last hour stays: a run may be starting with it, and Temporal's list of runs may lag. */
const margin = 3_600_000;

/** Removes what old runs have left in the store and nobody refers to. */
export async function cleanCommand(session: Session, options: CleanOptions): Promise<number> {
  const store = await openStore(session.config.store.value);
  try {
    return await withTemporal(session.config, async (temporal) => {
      await temporal.ready;
      if (options.dryRun) {
        report(session, options, (await find(session, temporal, store, options)).removable);
        return 0;
      }
      return await holdTrash(store, () => clean(session, temporal, store, options));
    });
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'TEMPORAL_UNREACHABLE') throw error;
    throw new PipelineError(error.code, error.message, {
      hint: `Nothing was removed: only Temporal knows which runs are open. Start the server (${devInvocation}) or set TEMPORAL_ADDRESS.`,
      cause: error,
    });
  }
}

async function clean(
  session: Session,
  temporal: Temporal,
  store: FileStore,
  options: CleanOptions,
): Promise<number> {
  const { removable, usedSince } = await find(session, temporal, store, options);
  if (!options.yes && removable.length > 0) {
    for (const line of renderTable(columns, summarize(removable), session.io)) remark(session, line);
    if (!(await confirm(`Remove this from ${store.root}?`))) return 2;
  }
  report(session, options, await removeUnused(store, removable, usedSince));
  return 0;
}

async function find(
  session: Session,
  temporal: Temporal,
  store: FileStore,
  { age, lost, records }: CleanOptions,
): Promise<{ removable: Removable[]; usedSince: Date }> {
  const now = Date.now();
  const usedSince = new Date(now - margin);
  const live = await findLive(temporal, store);
  const found = await findRemovable(store, {
    endedSince: new Date(now - age),
    usedSince,
    lost,
    records,
    ...live,
  });
  if (found.lost > 0 && !lost)
    remark(
      session,
      `${found.lost} runs have left no record and are not known to Temporal at ${temporal.address}: they stay, and all ` +
        'snapshots and data files. If no other server has runs in this store, --lost counts them as ended.',
    );
  return { removable: found.removable, usedSince };
}

interface Row {
  kind: RemovableKind;
  count: number;
  bytes: number;
}

const summarize = (removed: Removable[]): Row[] =>
  removableKinds.map((kind) => {
    const those = removed.filter((one) => one.kind === kind);
    return { kind, count: those.length, bytes: those.reduce((sum, { bytes }) => sum + bytes, 0) };
  });

const columns: Column<Row>[] = [
  { title: 'KIND', cell: ({ kind }) => kind },
  { title: 'COUNT', cell: ({ count }) => String(count) },
  { title: 'SIZE', cell: ({ bytes }) => formatBytes(bytes), raw: ({ bytes }) => String(bytes) },
];

function report(session: Session, { dryRun }: CleanOptions, removed: Removable[]): void {
  const rows = summarize(removed);
  if (session.format === 'json') return answerJson(session, { dryRun, removed: rows });
  if (session.format === 'jsonl') return rows.forEach((row) => answerJson(session, { dryRun, ...row }));
  for (const line of renderTable(columns, rows, session.io)) answer(session, line);
  const bytes = formatBytes(rows.reduce((sum, row) => sum + row.bytes, 0));
  remark(session, dryRun ? `${bytes} would be removed; nothing was.` : `${bytes} removed.`);
}
