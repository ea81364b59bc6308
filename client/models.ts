import { findModel, listModels, listVersions, type ModelVersion } from '../registry/models.ts';
import { openStore } from '../store/file.ts';
import { readRun } from '../store/run.ts';
import { copyFolders } from './copy.ts';
import { reportFiles, resolveTyped } from './downloading.ts';
import { answer, answerJson, invocation, remark, type Session } from './session.ts';
import { describeAge, renderTable, type Column } from './table.ts';

/** Lists the models, or the versions of one. */
export async function listCommand(
  session: Session,
  name: string | undefined,
  limit: number,
): Promise<number> {
  const { io, format, config } = session;
  const registry = config.registry.value;
  const found = name === undefined ? await listModels(registry) : await listVersions(registry, name);
  const rows = found.slice(0, limit);
  if (format === 'json') answerJson(session, rows);
  else if (format === 'jsonl') for (const row of rows) answerJson(session, row);
  else if (rows.length === 0)
    remark(session, `No models in ${registry}. A run registers one: ${invocation} start --watch`);
  else for (const line of renderTable(columns(io.now()), rows, io)) answer(session, line);
  return 0;
}

const columns = (now: Date): Column<ModelVersion>[] => [
  { title: 'MODEL', cell: ({ name }) => name },
  { title: 'VERSION', cell: ({ version }) => String(version) },
  {
    title: 'REGISTERED',
    cell: ({ registeredAt }) => describeAge(registeredAt, now),
    raw: ({ registeredAt }) => registeredAt,
  },
  { title: 'RUN', cell: (model) => runOf(model) ?? '' },
];

/** The run that registered a version: its id without the execution's. */
const runOf = ({ runId }: ModelVersion): string | undefined => runId?.split('/')[0];

/** Shows a version, with the metrics of the run that registered it. */
export async function showModel(session: Session, text: string): Promise<number> {
  const { config, format } = session;
  const model = await findModel(config.registry.value, text);
  const runId = runOf(model);
  const record = runId === undefined ? undefined : await readRun(await openStore(config.store.value), runId);
  if (format !== 'text') {
    answerJson(session, {
      ...model,
      metrics: record?.metrics ?? null,
      parameters: record?.parameters ?? null,
    });
    return 0;
  }
  const numbers = Object.entries(record?.metrics ?? {}).filter(([, value]) => typeof value === 'number');
  const lines = [
    `${model.name} version ${model.version}`,
    `registered  ${model.registeredAt}${runId === undefined ? '' : ` by run ${runId}`}`,
    `file        ${model.folder}/${model.file}`,
    `sha256      ${model.sha256}`,
    ...numbers.map(([name, value]) => `${name.padEnd(10)}  ${String(value)}`),
  ];
  for (const line of lines) answer(session, line);
  return 0;
}

/** Copies the files of a version into a new folder. */
export async function downloadModel(session: Session, text: string, to: string | undefined): Promise<number> {
  const { name, version, folder } = await findModel(session.config.registry.value, text);
  const target = resolveTyped(session, to ?? `${name}-${version}`);
  reportFiles(session, target, await copyFolders({ '': folder }, target));
  return 0;
}
