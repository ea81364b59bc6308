import { PipelineError } from '../errors/error.ts';
import { openStore, type FileStore } from '../store/file.ts';
import { listRuns } from '../store/run.ts';
import { listSweepRecords } from '../store/sweep.ts';
import type { Progress } from '../workflows/messages.ts';
import type { SweepProgress } from '../workflows/sweep-messages.ts';
import { withTemporal } from './connection.ts';
import { formatSeconds } from '../report/time.ts';
import { queryRuns, querySweepRuns, stateOf } from './runs.ts';
import { answer, answerJson, invocation, remark, type Session } from './session.ts';
import { describeAge, renderTable, type Column } from './table.ts';
import { describeState, type ViewState } from './view.ts';

interface ListOptions {
  status: ViewState | undefined;
  limit: number;
  /** Only runs started in the last so many milliseconds. */
  since: number | undefined;
  /** Only the runs of this sweep; without it, those and the sweeps somebody has started. */
  sweep: string | undefined;
}

interface Row {
  kind: 'run' | 'sweep';
  runId: string;
  executionId: string;
  state: ViewState;
  startedAt: string;
  seconds: number | null;
  record: Pick<Progress, 'parameters' | 'metrics' | 'model'> | undefined;
}

/** Lists runs and sweeps: those Temporal knows, and the records of those it has forgotten. */
export async function listCommand(session: Session, options: ListOptions): Promise<number> {
  const { io, config } = session;
  const store = await openStore(config.store.value);
  const recorded = [
    ...(await listRuns(store, options.sweep)).map(rowOfRecord),
    ...(options.sweep === undefined ? await listSweepRecords(store) : []).map(rowOfSweep),
  ];
  const known = await listKnown(session, store, options).catch((error: unknown) => {
    if (!(error instanceof PipelineError) || error.code !== 'TEMPORAL_UNREACHABLE' || recorded.length === 0)
      throw error;
    remark(session, `${error.message} These are the records in the store.`);
    return [];
  });
  const oldest =
    options.since === undefined ? '' : new Date(io.now().getTime() - options.since).toISOString();
  // What has been recorded knows more than Temporal does.
  const rows = [...new Map([...known, ...recorded].map((row) => [keyOf(row), row])).values()]
    .filter(({ state, startedAt }) => startedAt >= oldest && (options.status ?? state) === state)
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))
    .slice(0, options.limit);
  report(session, rows);
  return 0;
}

async function listKnown(
  { config }: Session,
  store: FileStore,
  { status, limit, sweep }: ListOptions,
): Promise<Row[]> {
  return withTemporal(config, async (temporal) => {
    await temporal.ready;
    const filter = status === undefined ? '' : ` AND ExecutionStatus = '${queryStates[status] ?? 'Running'}'`;
    const rows: Row[] = [];
    const found = temporal.client.workflow.list({
      query: `${sweep === undefined ? queryRuns(store) : querySweepRuns(store, sweep)}${filter}`,
      pageSize: limit,
    });
    for await (const { workflowId, runId, type, startTime, closeTime, status: now } of found) {
      const seconds = closeTime === undefined ? null : (closeTime.getTime() - startTime.getTime()) / 1000;
      rows.push({
        kind: type === 'sweep' ? 'sweep' : 'run',
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
  kind: 'run',
  runId: record.runId,
  executionId: record.executionId,
  state: record.state,
  startedAt: record.startedAt,
  seconds: secondsOf(record),
  record,
});

/** A sweep shows what its best training has measured. */
const rowOfSweep = (sweep: SweepProgress): Row => ({
  kind: 'sweep',
  runId: sweep.sweepId,
  executionId: sweep.executionId,
  state: sweep.state,
  startedAt: sweep.startedAt,
  seconds: secondsOf(sweep),
  record: {
    parameters: sweep.parameters,
    metrics: sweep.best?.value === undefined ? {} : { [sweep.objective.metric]: sweep.best.value },
    ...(sweep.model === undefined ? {} : { model: sweep.model }),
  },
});

/** What tells a row from all others: a sweep may have several executions, a run's id may have been used again. */
const keyOf = ({ kind, runId, executionId }: Row): string => (kind === 'sweep' ? runId : executionId);

const secondsOf = ({ startedAt, finishedAt }: { startedAt: string; finishedAt?: string }): number | null =>
  finishedAt === undefined ? null : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;

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
