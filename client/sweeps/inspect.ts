import { PipelineError } from '../../errors/error.ts';
import { openStore, type FileStore } from '../../store/file.ts';
import { readSweep } from '../../store/sweep.ts';
import { metricNames, readResults } from '../../sweeps/results.ts';
import { withTemporal } from '../connection.ts';
import { formatSeconds, runSeconds } from '../../report/time.ts';
import { answer, answerJson, invocation, remark, type Session } from '../session.ts';
import { renderTable } from '../table.ts';
import { describeState } from '../view.ts';
import { renderSweepBlock, renderSweepOutcome, resultColumns } from './render.ts';
import { findFiles, summarizeResults, summarizeSweep } from './summary.ts';
import { countTrainings, readSweepView, sweepUrl, viewOfSweepRecord, type SweepView } from './view.ts';

/** Trainings `show` lists on a terminal; all are in the table. */
const shownTrainings = 20;

/** Shows where a sweep is now. */
export async function showSweepProgress(session: Session, sweepId: string): Promise<number> {
  const { io, format, paint } = session;
  const { view } = await findSweepView(session, sweepId);
  if (format !== 'text') answerJson(session, summarizeSweep(view, io.now()));
  else if (io.isTTY)
    for (const line of renderSweepBlock(view, paint, io.now(), io.columns)) answer(session, line);
  else if (view.progress !== undefined)
    for (const [state, count] of Object.entries(countTrainings(view.progress)))
      answer(session, `${state}\t${count}`);
  if (format === 'text' && !io.isTTY && view.notice !== undefined) remark(session, view.notice);
  return 0;
}

/** Shows what a sweep was given and what its trainings came to, the best first. */
export async function showSweep(
  session: Session,
  sweepId: string,
  { web }: { web: boolean },
): Promise<number> {
  const { io, format } = session;
  if (web)
    throw new PipelineError('USAGE', `${sweepId} is a sweep, which has a figure but no report.`, {
      hint: `${invocation} show ${sweepId} names the figure; each of its runs has a report.`,
    });
  const { view, store } = await findSweepView(session, sweepId);
  if (format !== 'text') {
    answerJson(session, await summarizeResults(store, view, io.now()));
    return 0;
  }
  for (const line of await renderSweepCard(store, view, io.now())) answer(session, line);
  return 0;
}

async function renderSweepCard(store: FileStore, view: SweepView, now: Date): Promise<string[]> {
  const { sweepId, state, progress, notice } = view;
  if (progress === undefined)
    return [
      `${sweepId}   ${describeState(state)}`,
      ...(notice === undefined ? [] : [notice]),
      `Temporal  ${view.url}`,
    ];
  const { startedAt, startedBy, target, maxParallel, grid, parameters } = progress;
  const rows = await readResults(store, progress);
  const left = rows.length - shownTrainings;
  return [
    `${sweepId}   ${describeState(state)}   ${formatSeconds(runSeconds(progress, now))}`,
    `started ${startedAt} by ${startedBy}, target ${target}, ${maxParallel} trainings at a time`,
    '',
    'Parameters',
    ...Object.entries(grid).map(([name, values]) => `  ${name}  ${describeValues(values)}`),
    ...Object.entries(parameters).map(([name, value]) => `  ${name}  ${value}`),
    '',
    'Trainings',
    ...renderTable(
      resultColumns(progress, metricNames(rows, progress).slice(0, 4)),
      rows.slice(0, shownTrainings),
      { isTTY: true },
    ).map((line) => `  ${line}`),
    ...(left > 0 ? [`  ${left} more: ${invocation} list --sweep ${sweepId} --limit ${rows.length}`] : []),
    '',
    'Result',
    ...renderSweepOutcome(view, await findFiles(store, sweepId)).map((line) => `  ${line}`),
  ];
}

/** The first few values, and how many there are where that is not all. */
function describeValues(values: readonly unknown[]): string {
  if (values.length <= 10) return values.join(', ');
  return `${values.slice(0, 4).join(', ')} … ${String(values.at(-1))} (${values.length} values)`;
}

/** A sweep from Temporal, or from its record where Temporal has forgotten it or is not there. */
async function findSweepView(
  session: Session,
  sweepId: string,
): Promise<{ view: SweepView; store: FileStore }> {
  const store = await openStore(session.config.store.value);
  try {
    return await withTemporal(session.config, async (temporal) => {
      await temporal.ready;
      return { view: await readSweepView(session, { temporal, store, sweepId }), store };
    });
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'TEMPORAL_UNREACHABLE') throw error;
    const record = await readSweep(store, sweepId);
    if (record === undefined) throw error;
    remark(session, `${error.message} This is the record in the store.`);
    const namespace = session.config.connection.namespace ?? 'default';
    return { view: viewOfSweepRecord(record, sweepUrl(session, namespace, sweepId)), store };
  }
}
