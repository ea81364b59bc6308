import { copyFolders } from '../copy.ts';
import { reportFiles } from '../downloading.ts';
import { answer, answerJson, invocation, type Session, resolveTyped } from '../session.ts';
import { chooseVersion, runOf, type Card } from './card.ts';
import { describeTags } from './tagging.ts';

/** Shows a version: what it is, and the run it comes from. */
export async function showModel(
  session: Session,
  text: string,
  { best }: { best: string | undefined },
): Promise<number> {
  const card = await chooseVersion(session, text, best);
  if (session.format === 'text') for (const line of renderCard(card)) answer(session, line);
  else answerJson(session, card);
  return 0;
}

function renderCard(card: Card): string[] {
  const { run, approval } = card;
  const runId = runOf(card);
  const rows: [string, string | undefined][] = [
    ['registered', `${card.registeredAt}${runId === undefined ? '' : ` by run ${runId}`}`],
    ['run', run === null ? undefined : `${run.state}, started ${run.startedAt} by ${run.startedBy}`],
    ['approval', approval === null ? undefined : describeApproval(approval)],
    ['tags', describeTags(card.tags)],
    ...Object.entries(card.data ?? {}).map(([name, { file, sha256 }]): [string, string] => [
      name,
      `${file}  sha256 ${sha256}`,
    ]),
    ['code', card.code ?? undefined],
    ['file', `${card.folder}/${card.file}`],
    ['sha256', card.sha256],
  ];
  return [
    `${card.name} version ${card.version}`,
    ...rows.flatMap(([title, value]) => (value ? [`${title.padEnd(10)}  ${value}`] : [])),
    ...(run === null && runId !== undefined
      ? ['', `The run has left no record yet: ${invocation} progress ${runId}`]
      : []),
    ...renderValues('Metrics', card.metrics),
    ...renderValues('Parameters', card.parameters, card.data),
  ];
}

/** Values that are neither lists nor objects, under a heading; the data is named above, with its digest. */
function renderValues(
  title: string,
  values: Record<string, unknown> | null,
  except: Record<string, unknown> | null = {},
): string[] {
  const plain = Object.entries(values ?? {}).filter(
    ([name, value]) => typeof value !== 'object' && !Object.hasOwn(except ?? {}, name),
  );
  return plain.length === 0
    ? []
    : ['', title, ...plain.map(([name, value]) => `  ${name}  ${String(value)}`)];
}

const describeApproval = ({ decision, by, at, reason }: NonNullable<Card['approval']>): string =>
  `${decision} by ${by} at ${at}${reason === '' ? '' : `: ${reason}`}`;

/** Copies the files of a version into a new folder. */
export async function downloadModel(
  session: Session,
  text: string,
  { to, best }: { to: string | undefined; best: string | undefined },
): Promise<number> {
  const { name, version, folder } = await chooseVersion(session, text, best);
  const target = resolveTyped(session, to ?? `${name}-${version}`);
  reportFiles(session, target, await copyFolders({ '': folder }, target));
  return 0;
}
