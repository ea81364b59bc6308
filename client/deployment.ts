/** Builds of the workflow code, as Temporal's Worker Deployment versioning knows them. */
import { PipelineError } from '../errors/error.ts';
import { workerInvocation } from '../errors/invocation.ts';
import { openStore } from '../store/file.ts';
import { deploymentName } from '../workflows/messages.ts';
import { grpcCodeOf, withTemporal, type Temporal } from './connection.ts';
import { answer, answerJson, remark, type Session } from './session.ts';
import { describeAge, renderTable, type Column } from './table.ts';
import { describeUser } from './user.ts';

/** A build that has served a store. */
export interface Build {
  build: string;
  state: 'inactive' | 'current' | 'ramping' | 'draining' | 'drained';
  firstSeen: string;
}

// temporal.api.enums.v1.WorkerDeploymentVersionStatus
const states: readonly Build['state'][] = [
  'inactive',
  'inactive',
  'current',
  'ramping',
  'draining',
  'drained',
];

const grpcNotFound = 5;
const grpcFailedPrecondition = 9;

/** The builds that have served a store, the newest first. */
export async function readBuilds({ connection, namespace }: Temporal, storeId: string): Promise<Build[]> {
  try {
    const { workerDeploymentInfo } = await connection.workflowService.describeWorkerDeployment({
      namespace,
      deploymentName: deploymentName(storeId),
    });
    return (workerDeploymentInfo?.versionSummaries ?? [])
      .map(({ deploymentVersion, status, createTime }) => ({
        build: deploymentVersion?.buildId ?? '',
        state: states[status ?? 0] ?? 'inactive',
        firstSeen: new Date(Number(createTime?.seconds ?? 0) * 1000).toISOString(),
      }))
      .toSorted((a, b) => b.firstSeen.localeCompare(a.firstSeen));
  } catch (error) {
    if (grpcCodeOf(error) === grpcNotFound) return [];
    throw error;
  }
}

/** Lists the builds that have served the store. */
export async function listBuilds(session: Session): Promise<number> {
  const { config, format, io } = session;
  const store = await openStore(config.store.value);
  return withTemporal(config, async (temporal) => {
    await temporal.ready;
    const builds = await readBuilds(temporal, store.id);
    if (format === 'json') answerJson(session, builds);
    else if (format === 'jsonl') for (const one of builds) answerJson(session, one);
    else if (builds.length === 0)
      remark(session, 'No worker of this store has a build id: every worker takes every run.');
    else for (const line of renderTable(columns(io.now()), builds, io)) answer(session, line);
    return 0;
  });
}

const columns = (now: Date): Column<Build>[] => [
  { title: 'BUILD', cell: ({ build }) => build },
  { title: 'STATE', cell: ({ state }) => state },
  {
    title: 'FIRST SEEN',
    cell: ({ firstSeen }) => describeAge(firstSeen, now),
    raw: ({ firstSeen }) => firstSeen,
  },
];

/** Gives all runs of the store, new and open ones, to a build; without one, to workers that have no build id. */
export async function setCurrent(session: Session, build: string | undefined): Promise<number> {
  const store = await openStore(session.config.store.value);
  return withTemporal(session.config, async (temporal) => {
    await temporal.ready;
    const builds = await readBuilds(temporal, store.id);
    if (build !== undefined && builds.every((one) => one.build !== build)) throw buildNotFound(build, builds);
    const before = builds.find(({ state }) => state === 'current')?.build;
    if (builds.length > 0) await request(temporal, store.id, build);
    if (session.format !== 'text') answerJson(session, { current: build ?? null, before: before ?? null });
    else
      answer(
        session,
        build === undefined ? 'workers without a build id take every run' : `${build} is current`,
      );
    if (before !== undefined && before !== build)
      remark(session, `Runs of build ${before} go on there: its workers can be stopped.`);
    return 0;
  });
}

const buildNotFound = (build: string, builds: Build[]): PipelineError =>
  new PipelineError('BUILD_NOT_FOUND', `No worker has served this store with build ${build}.`, {
    hint:
      builds.length === 0
        ? `Start one: TEMPORAL_AZUREML_BUILD_ID=${build} ${workerInvocation}`
        : `There are ${builds.map((one) => one.build).join(', ')}.`,
  });

async function request(
  { connection, namespace }: Temporal,
  storeId: string,
  buildId: string | undefined,
): Promise<void> {
  try {
    await connection.workflowService.setWorkerDeploymentCurrentVersion({
      namespace,
      deploymentName: deploymentName(storeId),
      buildId: buildId ?? '',
      identity: describeUser(),
    });
  } catch (error) {
    if (grpcCodeOf(error) !== grpcFailedPrecondition) throw error;
    const which = buildId === undefined ? 'without a build id' : `of build ${buildId}`;
    const setting = buildId === undefined ? '' : `TEMPORAL_AZUREML_BUILD_ID=${buildId} `;
    throw new PipelineError('BUILD_NOT_SERVED', `There is no worker ${which} now.`, {
      hint: `Start one first: ${setting}${workerInvocation}`,
      cause: error,
    });
  }
}
