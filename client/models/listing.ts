import { parseRanking } from '../../registry/ranking.ts';
import { answer, answerRows, invocation, remark, type Session } from '../session.ts';
import { describeAge, renderTable, type Column } from '../table.ts';
import { listCards, runOf, type Card } from './card.ts';
import { describeTags } from './tagging.ts';

interface ListOptions {
  limit: number;
  tags: string[];
  best: string | undefined;
}

/** Lists the models, or the versions of one. */
export async function listModels(
  session: Session,
  name: string | undefined,
  { limit, tags, best }: ListOptions,
): Promise<number> {
  const { io, format } = session;
  const rows = (await listCards(session, name, { tags, best })).slice(0, limit);
  if (format !== 'text') answerRows(session, rows);
  else if (rows.length === 0) remark(session, describeNone(session, name, tags));
  else {
    const metric = best === undefined ? [] : [metricColumn(parseRanking(best).metric)];
    for (const line of renderTable([...columns(io.now()), ...metric], rows, io)) answer(session, line);
  }
  return 0;
}

function describeNone({ config }: Session, name: string | undefined, tags: string[]): string {
  const what = `${name === undefined ? 'models' : `versions of ${name}`}${tags.length === 0 ? '' : ` tagged ${tags.join(' and ')}`}`;
  return `No ${what} in ${config.registry.value}. A run registers one: ${invocation} start --watch`;
}

const columns = (now: Date): Column<Card>[] => [
  { title: 'MODEL', cell: ({ name }) => name },
  { title: 'VERSION', cell: ({ version }) => String(version) },
  {
    title: 'REGISTERED',
    cell: ({ registeredAt }) => describeAge(registeredAt, now),
    raw: ({ registeredAt }) => registeredAt,
  },
  { title: 'RUN', cell: (model) => runOf(model) ?? '' },
  { title: 'TAGS', cell: ({ tags }) => describeTags(tags) },
];

const metricColumn = (metric: string): Column<Card> => ({
  title: metric.toUpperCase(),
  cell: ({ metrics }) => String(metrics?.[metric]),
});
