import { listFiles } from '../store/digest.ts';
import { openStore, type FileStore } from '../store/file.ts';
import { listRuns, readRun } from '../store/run.ts';
import { withTemporal } from './connection.ts';
import { formatSeconds, runSeconds, secondsOf } from '../report/time.ts';
import { PipelineError } from '../errors/error.ts';
import { findLeft } from './outcome.ts';
import { formatPercent, renderBlock, renderOutcome, renderTail } from './render.ts';
import { findReport, openReport, provideReport } from './report.ts';
import { findLatestRun, readView, viewOfRecord } from './runs.ts';
import { answer, answerJson, chooseRun, remark, type Session } from './session.ts';
import { renderTable, type Column } from './table.ts';
import { describeState, describeStep, summarizeRun, type RunView } from './view.ts';
import type { Progress, StepProgress, StepReport } from '../workflows/messages.ts';

/** Shows where a run is now. */
export async function showProgress(session: Session, given: string | undefined): Promise<number> {
  const { io, paint, format } = session;
  const { view } = await findView(session, given);
  if (format !== 'text') answerJson(session, summarizeRun(view, io.now()));
  else if (io.isTTY) {
    for (const line of renderBlock(view, paint, io.now(), io.columns, 'nothing')) answer(session, line);
    answer(session, `Temporal  ${view.url}`);
  } else {
    const rows = view.progress?.steps ?? [];
    for (const line of renderTable(stepColumns(view, io.now()), rows, io)) answer(session, line);
    for (const step of rows) for (const line of renderTail(step)) remark(session, `${step.name}${line}`);
    if (view.notice !== undefined) remark(session, view.notice);
  }
  return 0;
}

/** Shows what a run was given, what it has made and where that is; with `web`, its report. */
export async function showRun(
  session: Session,
  given: string | undefined,
  { web }: { web: boolean },
): Promise<number> {
  const { io, format } = session;
  const { view, store } = await findView(session, given);
  const report = web ? await provideReport(store, view) : await findReport(store, view);
  if (format !== 'text')
    answerJson(session, {
      ...summarizeRun(view, io.now()),
      snapshot: view.progress?.snapshot ?? null,
      artefacts: await findArtefacts(store, view),
      report: report ?? null,
    });
  else if (web) answer(session, report!);
  else
    for (const line of renderCard(view, await findPaths(store, view, report), io.now()))
      answer(session, line);
  if (web) await openReport(session, report!);
  return 0;
}

interface Artefact {
  step: string;
  path: string;
}

function renderCard(view: RunView, paths: string[], now: Date): string[] {
  const { runId, state, progress, notice } = view;
  if (progress === undefined)
    return [
      `${runId}   ${describeState(state)}`,
      ...(notice === undefined ? [] : [notice]),
      `Temporal  ${view.url}`,
    ];
  const { parameters, startedBy, startedAt, target, snapshot, steps } = progress;
  return [
    `${runId}   ${describeState(state)}   ${formatSeconds(runSeconds(progress, now))}`,
    `started ${startedAt} by ${startedBy}, target ${target}, snapshot ${snapshot.slice(0, 12)}`,
    '',
    'Parameters',
    ...Object.entries(parameters).map(([name, value]) => `  ${name}  ${value}`),
    '',
    'Steps',
    ...renderTable(stepColumns(view, now), steps, { isTTY: true })
      .slice(1)
      .map((line) => `  ${line}`),
    '',
    'Result',
    ...renderOutcome(view, []).map((line) => `  ${line}`),
    ...(paths.length === 0 ? [] : ['', 'Artefacts', ...paths.map((path) => `  ${path}`)]),
  ];
}

const stepColumns = ({ details }: RunView, now: Date): Column<StepProgress>[] => [
  { title: 'STEP', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'ATTEMPT', cell: ({ attempt }) => String(attempt) },
  {
    title: 'TIME',
    cell: (step) => formatOptional(secondsOf(step, now)),
    raw: (step) => String(secondsOf(step, now) ?? ''),
  },
  { title: 'WHY', cell: (step) => explain(step, details[step.name]) },
];

function explain(step: StepProgress, report: StepReport | undefined): string {
  const percent = report?.fraction === undefined ? undefined : formatPercent(report.fraction);
  const word = step.reused === undefined ? percent : 'reused';
  return [word, describeStep(step, report)].filter(Boolean).join(': ');
}

const formatOptional = (seconds: number | undefined): string =>
  seconds === undefined ? '' : formatSeconds(seconds);

async function findPaths(store: FileStore, view: RunView, report: string | undefined): Promise<string[]> {
  const artefacts = await findArtefacts(store, view);
  return [...(report === undefined ? [] : [report]), ...artefacts.map(({ path }) => path)];
}

async function findArtefacts(store: FileStore, { progress }: RunView): Promise<Artefact[]> {
  const found = await Promise.all(
    (progress?.steps ?? []).map(async (step) => {
      const left = await findLeft(store, progress as Progress, step);
      if (left === undefined) return [];
      const { folder } = left;
      const files = await listFiles(folder).catch(() => []);
      return files
        .filter((file) => file !== 'record.json')
        .map((file) => ({ step: step.name, path: `${folder}/${file}` }));
    }),
  );
  return found.flat();
}

/** A run from Temporal, or from its record where Temporal has forgotten it or is not there. */
export async function findView(
  session: Session,
  given: string | undefined,
): Promise<{ view: RunView; store: FileStore }> {
  const store = await openStore(session.config.store.value);
  try {
    return await withTemporal(session.config, async (temporal) => {
      await temporal.ready;
      const runId = await chooseRun(session, given, () => findLatestRun(temporal, store));
      return { view: await readView(session, { temporal, store }, runId), store };
    });
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'TEMPORAL_UNREACHABLE') throw error;
    const record = given === undefined ? (await listRuns(store))[0] : await readRun(store, given);
    if (record === undefined) throw error;
    remark(session, `${error.message} This is the record in the store.`);
    return { view: viewOfRecord(session, session.config.connection.namespace ?? 'default', record), store };
  }
}
