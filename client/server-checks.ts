import { workerInvocation } from '../errors/invocation.ts';
import { hostname } from 'node:os';
import { computeQueue, ioQueue, searchAttributeTypes, workflowQueue } from '../workflows/messages.ts';
import { withTemporal, type Temporal } from './connection.ts';
import { readBuilds } from './deployment.ts';
import { attempt, showSetting, type Finding } from './finding.ts';
import { readConnection } from './profile.ts';
import { readPollers, type Poller } from './runs.ts';
import { invocation, type Session } from './session.ts';

/** Looks at the server, the namespace, and who serves the store's queues. */
export async function checkServer(session: Session, storeId: string | undefined): Promise<Finding[]> {
  const { address, namespace, security } = await readConnection(session.config);
  const settings = Object.entries({ address, namespace, security }).map(showSetting);
  const checks = await attempt('server', () =>
    withTemporal(session.config, async (temporal) => {
      await temporal.ready;
      const { serverVersion } = await temporal.connection.workflowService.getSystemInfo({});
      return [
        { subject: 'server', ok: true, detail: `Temporal ${serverVersion} answers` },
        await checkNamespace(temporal),
        await checkSearchAttributes(temporal),
        ...(storeId === undefined ? [] : await checkQueues(temporal, storeId)),
        ...(storeId === undefined ? [] : [await checkBuilds(temporal, storeId)]),
      ];
    }),
  );
  return [...settings, ...checks];
}

async function checkNamespace({ connection, namespace }: Temporal): Promise<Finding> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const hours = Math.round(Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 3600);
  return { subject: 'namespace', ok: true, detail: `${namespace}, keeps ended runs for ${hours} hours` };
}

async function checkSearchAttributes({ connection, namespace }: Temporal): Promise<Finding> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const types = Object.entries(searchAttributeTypes);
  const missing = types.filter(([name]) => customAttributes?.[name] === undefined);
  const subject = 'search attributes';
  if (missing.length === 0) return { subject, ok: true, detail: types.map(([name]) => name).join(', ') };
  const flags = missing.map(
    ([name, type]) => `--name ${name} --type ${type === 'KEYWORD' ? 'Keyword' : 'Double'}`,
  );
  return {
    subject,
    ok: false,
    detail: `missing: ${missing.map(([name]) => name).join(', ')}; runs work without them`,
    fix: `temporal operator search-attribute create --namespace ${namespace} ${flags.join(' ')}`,
  };
}

async function checkQueues(temporal: Temporal, storeId: string): Promise<Finding[]> {
  const queues: [string, 'workflow' | 'activity'][] = [
    [workflowQueue(storeId), 'workflow'],
    [ioQueue(storeId), 'activity'],
    [computeQueue(storeId), 'activity'],
  ];
  const hosts = new Set<string>();
  const findings = await Promise.all(
    queues.map(async ([queue, kind]): Promise<Finding> => {
      const pollers = await readPollers(temporal, queue, kind);
      for (const { identity } of pollers) hosts.add(identity.slice(identity.lastIndexOf('@') + 1));
      const finding = { subject: `queue ${queue}`, ok: pollers.length > 0, detail: describePollers(pollers) };
      return finding.ok
        ? finding
        : { ...finding, fix: `start a worker with this store: ${workerInvocation}` };
    }),
  );
  return [...findings, ...checkHosts(hosts)];
}

function describePollers(pollers: Poller[]): string {
  const names = new Set(
    pollers.map(({ identity, build }) => (build ? `${identity} (build ${build})` : identity)),
  );
  return [`${pollers.length} pollers`, ...(names.size === 0 ? [] : [[...names].join(', ')])].join(': ');
}

/** A store in a folder belongs to one host; whether others see the same folder cannot be known from here. */
function checkHosts(hosts: Set<string>): Finding[] {
  const others = [...hosts].filter((host) => host !== hostname());
  if (others.length === 0) return [];
  return [
    {
      subject: 'store, shared',
      ok: false,
      detail: `workers on ${others.join(', ')} serve its queues as well; this is ${hostname()}`,
      fix: 'let workers of one host serve a file: store, or ignore this where that host is this one (a container)',
    },
  ];
}

/** Whether a worker that is there takes the runs. */
async function checkBuilds(temporal: Temporal, storeId: string): Promise<Finding> {
  const subject = 'deployment';
  const builds = await readBuilds(temporal, storeId);
  const current = builds.find(({ state }) => state === 'current')?.build;
  const pollers = await readPollers(temporal, workflowQueue(storeId), 'workflow');
  const detail =
    current === undefined
      ? 'no build is current: workers without a build id take every run'
      : `build ${current} is current and takes every run`;
  if (pollers.length === 0 || pollers.some(({ build }) => build === current))
    return { subject, ok: true, detail };
  return {
    subject,
    ok: false,
    detail: `${detail}, but none is there`,
    fix: `${invocation} deployment set-current ${pollers[0]?.build ?? '--unversioned'}`,
  };
}
