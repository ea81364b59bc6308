import { PipelineError } from '../../errors/error.ts';
import { findModel, listNames, listVersions, readPart, type ModelVersion } from '../../registry/models.ts';
import { findBest, parseRanking } from '../../registry/ranking.ts';
import type { Objective } from '../../workflows/objective.ts';
import { recordOf, type ModelRecord } from '../../registry/record.ts';
import { hasTags, readTags, type Tags } from '../../registry/tags.ts';
import { readExecution } from '../../store/run.ts';
import type { Session } from '../session.ts';

/** A version with all that is known of it; what only its run can say is null while the run has left no record. */
export interface Card extends ModelVersion {
  tags: Tags;
  metrics: ModelRecord['metrics'] | null;
  parameters: ModelRecord['parameters'] | null;
  data: ModelRecord['data'] | null;
  code: string | null;
  approval: ModelRecord['approval'];
  run: Pick<ModelRecord, 'pipeline' | 'state' | 'startedBy' | 'startedAt' | 'finishedAt'> | null;
}

/** Reads what is known of a version. */
export async function readCard(session: Session, version: ModelVersion): Promise<Card> {
  const record = await readRecord(session, version);
  const tags = await readTags(version);
  if (record === undefined)
    return {
      ...version,
      tags,
      metrics: null,
      parameters: null,
      data: null,
      code: null,
      approval: null,
      run: null,
    };
  const { metrics, parameters, data, code, approval } = record;
  const { pipeline, state, startedBy, startedAt, finishedAt } = record;
  const run = { pipeline, state, startedBy, startedAt, finishedAt };
  return { ...version, tags, metrics, parameters, data, code, approval, run };
}

// Runs of before models had records are only in the store.
async function readRecord({ config }: Session, version: ModelVersion): Promise<ModelRecord | undefined> {
  const own = await readPart<ModelRecord>(version.folder, 'run.json');
  if (own !== undefined || version.runId === null) return own;
  const [runId = '', executionId] = version.runId.split('/');
  if (executionId === undefined) return undefined;
  const progress = await readExecution({ root: config.store.value }, { runId, executionId });
  return progress && recordOf(progress);
}

/** The run that registered a version: its id without the execution's. */
export const runOf = ({ runId }: ModelVersion): string | undefined => runId?.split('/')[0];

/** The name of a version, as one types it. */
export const labelOf = ({ name, version }: ModelVersion): string => `${name}:${version}`;

/**
 * The version a person means: `diabetes:3`, the newest of `diabetes`, or its best by a metric.
 *
 * @throws PipelineError MODEL_NOT_FOUND, METRIC_NOT_FOUND, USAGE
 */
export async function chooseVersion(session: Session, text: string, best: string | undefined): Promise<Card> {
  const ranking = best === undefined ? undefined : parseRanking(best);
  if (ranking !== undefined && text.includes(':'))
    throw new PipelineError('USAGE', `--best chooses the version, and ${text} names one.`, {
      hint: `Leave out one of the two: ${text.split(':')[0]} --best ${best}`,
    });
  const registry = session.config.registry.value;
  const newest = await findModel(registry, text);
  if (ranking === undefined) return readCard(session, newest);
  const cards = await readCards(session, newest.name);
  const found = findBest(ranking, cards);
  if (found === undefined) throw noMetric(ranking, newest.name, cards);
  return found;
}

/**
 * The newest version of each model, or all versions of one; only those with these tags, and only the best of each model
 * where a metric is given.
 *
 * @throws PipelineError METRIC_NOT_FOUND, USAGE
 */
export async function listCards(
  session: Session,
  name: string | undefined,
  { tags, best }: { tags: string[]; best: string | undefined },
): Promise<Card[]> {
  const ranking = best === undefined ? undefined : parseRanking(best);
  const names = name === undefined ? await listNames(session.config.registry.value) : [name];
  const all = await Promise.all(names.map((one) => readCards(session, one)));
  const tagged = all.map((cards) => cards.filter((card) => hasTags(card.tags, tags)));
  if (ranking === undefined)
    return name === undefined ? tagged.flatMap((cards) => cards.slice(0, 1)) : tagged.flat();
  const found = tagged.map((cards) => findBest(ranking, cards)).filter((card) => card !== undefined);
  if (found.length === 0 && tagged.flat().length > 0) throw noMetric(ranking, name, tagged.flat());
  return found;
}

async function readCards(session: Session, name: string): Promise<Card[]> {
  const versions = await listVersions(session.config.registry.value, name);
  return Promise.all(versions.map((version) => readCard(session, version)));
}

function noMetric({ metric }: Objective, name: string | undefined, cards: Card[]): PipelineError {
  const known = new Set(
    cards.flatMap(({ metrics }) =>
      Object.entries(metrics ?? {}).flatMap(([key, value]) => (typeof value === 'number' ? [key] : [])),
    ),
  );
  return new PipelineError(
    'METRIC_NOT_FOUND',
    `No version of ${name ?? 'any model'} has a metric ${metric}.`,
    {
      hint: known.size === 0 ? 'None has metrics.' : `There are ${[...known].join(', ')}.`,
    },
  );
}
