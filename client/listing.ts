import { PipelineError } from '../errors/error.ts';
import { openStore, type FileStore } from '../store/file.ts';
import { listRuns } from '../store/run.ts';
import type { Progress } from '../workflows/messages.ts';
import { withTemporal } from './connection.ts';
import { formatSeconds } from './duration.ts';
import { queryRuns, stateOf } from './runs.ts';
import { answer, answerJson, invocation, remark, type Session } from './session.ts';
import { describeAge, renderTable, type Column } from './table.ts';
import { describeState, type ViewState } from './view.ts';

interface ListOptions {
  status: ViewState | undefined;
  limit: number;
  /** Only runs started in the last so many milliseconds. */
  since: number | undefined;
}

interface Row {
  runId: string;
  executionId: string;
  state: ViewState;
  startedAt: string;
  seconds: number | null;
  record: Progress | undefined;
}

/** Lists runs: those Temporal knows, and the records of those it has forgotten. */
export async function listCommand(session: Session, options: ListOptions): Promise<number> {
  const { io, config } = session;
  const store = await openStore(config.store.value);
  const records = await listRuns(store);
  const known = await listKnown(session, store, options).catch((error: unknown) => {
    if (!(error instanceof PipelineError) || error.code !== 'TEMPORAL_UNREACHABLE' || records.length === 0)
      throw error;
    remark(session, `${error.message} These are the records in the store.`);
    return [];
  });
  const byExecution = new Map(records.map((record) => [record.executionId, record]));
  const forgotten = records.filter((one) =>
    known.every(({ executionId }) => executionId !== one.executionId),
  );
  const oldest =
    options.since === undefined ? '' : new Date(io.now().getTime() - options.since).toISOString();
  const rows = [
    ...known.map((row) => ({ ...row, record: byExecution.get(row.executionId) })),
    ...forgotten.map(rowOfRecord),
  ]
    .filter(({ state, startedAt }) => startedAt >= oldest && (options.status ?? state) === state)
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))
    .slice(0, options.limit);
  report(session, rows);
  return 0;
}

async function listKnown(
  { config }: Session,
  store: FileStore,
  { status, limit }: ListOptions,
): Promise<Row[]> {
  return withTemporal(config, async (temporal) => {
    await temporal.ready;
    const filter = status === undefined ? '' : ` AND ExecutionStatus = '${queryStates[status] ?? 'Running'}'`;
    const rows: Row[] = [];
    const found = temporal.client.workflow.list({
      query: `${queryRuns(store)}${filter}`,
      pageSize: limit,
    });
    for await (const { workflowId, runId, startTime, closeTime, status: now } of found) {
      const seconds = closeTime === undefined ? null : (closeTime.getTime() - startTime.getTime()) / 1000;
      rows.push({
        runId: workflowId,
        executionId: runId,
        state: stateOf({ status: now }),
        startedAt: startTime.toISOString(),
        seconds,
        record: undefined,
      });
      if (rows.length >= limit) break;
    }
    return rows;
  });
}

const queryStates: Partial<Record<ViewState, string>> = {
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Canceled',
  terminated: 'Terminated',
};

const rowOfRecord = (record: Progress): Row => ({
  runId: record.runId,
  executionId: record.executionId,
  state: record.state,
  startedAt: record.startedAt,
  seconds:
    record.finishedAt === undefined
      ? null
      : (Date.parse(record.finishedAt) - Date.parse(record.startedAt)) / 1000,
  record,
});

function report(session: Session, rows: Row[]): void {
  const { io, format } = session;
  if (format === 'json') return answerJson(session, rows.map(summarize));
  if (format === 'jsonl') return rows.forEach((row) => answerJson(session, summarize(row)));
  if (rows.length === 0) {
    remark(session, `No runs. Start one: ${invocation} start --watch`);
    return;
  }
  for (const line of renderTable(columns(io.now()), rows, io)) answer(session, line);
}

const summarize = ({ record, ...row }: Row) => ({
  ...row,
  parameters: record?.parameters ?? null,
  metrics: record?.metrics ?? null,
  model: record?.model ?? null,
});

const columns = (now: Date): Column<Row>[] => [
  { title: 'RUN', cell: ({ runId }) => runId },
  { title: 'STATE', cell: ({ state }) => describeState(state) },
  {
    title: 'STARTED',
    cell: ({ startedAt }) => describeAge(startedAt, now),
    raw: ({ startedAt }) => startedAt,
  },
  {
    title: 'TIME',
    cell: ({ seconds }) => (seconds === null ? '' : formatSeconds(seconds)),
    raw: ({ seconds }) => String(seconds ?? ''),
  },
  { title: 'TEST SIZE', cell: ({ record }) => String(record?.parameters['test_size'] ?? '') },
  {
    title: 'R2',
    cell: ({ record }) => formatNumber(record?.metrics['r2']),
    raw: ({ record }) => JSON.stringify(record?.metrics['r2']) ?? '',
  },
  {
    title: 'MODEL',
    cell: ({ record }) => (record?.model === undefined ? '' : `${record.model.name}:${record.model.version}`),
  },
];

const formatNumber = (value: unknown): string => (typeof value === 'number' ? value.toFixed(4) : '');
