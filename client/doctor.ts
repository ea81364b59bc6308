import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../errors/error.ts';
import { describeFileError, openStore } from '../store/file.ts';
import { computeQueue, ioQueue, searchAttributeTypes, workflowQueue } from '../workflows/messages.ts';
import type { Setting } from './config.ts';
import { withTemporal, type Temporal } from './connection.ts';
import { readConnection } from './profile.ts';
import { countPollers } from './runs.ts';
import { answer, answerJson, type Session } from './session.ts';

/** One thing that was looked at, and what to do where it is wrong. */
interface Finding {
  subject: string;
  ok: boolean;
  detail: string;
  fix?: string;
}

/** Looks at everything a run needs and says what is wrong; changes nothing. */
export async function doctorCommand(session: Session): Promise<number> {
  const findings: Finding[] = [checkNode(), ...showSettings(session)];
  const { finding, storeId } = await checkStore(session.config.store.value);
  findings.push(finding, ...(await attempt('server', () => checkServer(session, storeId))));
  report(session, findings);
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 22 || (major === 22 && minor >= 18);
  const finding = { subject: 'Node', ok, detail: process.version };
  return ok
    ? finding
    : { ...finding, fix: 'npm ci installs Node 24 beside the project; start through npm run' };
}

function showSettings({ config }: Session): Finding[] {
  const shown: Record<string, Setting<string | number>> = {
    'store folder': config.store,
    'registry folder': config.registry,
    'Web UI': config.uiUrl,
    'heartbeat timeout, ms': config.heartbeatTimeout,
    'attempts of a step': config.maxAttempts,
  };
  return Object.entries(shown).map(showSetting);
}

const showSetting = ([subject, { value, source }]: [string, Setting<string | number>]): Finding => ({
  subject,
  ok: true,
  detail: `${value} (${source})`,
});

async function checkStore(location: string): Promise<{ finding: Finding; storeId: string | undefined }> {
  const subject = 'store';
  try {
    const { root, id } = await openStore(location);
    const probe = join(root, `.doctor-${randomBytes(4).toString('hex')}`);
    await writeFile(probe, '').catch((error: unknown) => {
      throw describeFileError(error);
    });
    await rm(probe);
    return { finding: { subject, ok: true, detail: `can be written, id ${id}` }, storeId: id };
  } catch (error) {
    return { finding: describeProblem(subject, error), storeId: undefined };
  }
}

async function checkServer(session: Session, storeId: string | undefined): Promise<Finding[]> {
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
        ...(await checkQueues(temporal, storeId)),
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

async function checkQueues(temporal: Temporal, storeId: string | undefined): Promise<Finding[]> {
  if (storeId === undefined) return [];
  const queues: [string, 'workflow' | 'activity'][] = [
    [workflowQueue(storeId), 'workflow'],
    [ioQueue(storeId), 'activity'],
    [computeQueue(storeId), 'activity'],
  ];
  return Promise.all(
    queues.map(async ([queue, kind]) => {
      const count = await countPollers(temporal, queue, kind);
      const finding = { subject: `queue ${queue}`, ok: count > 0, detail: `${count} pollers` };
      return count > 0 ? finding : { ...finding, fix: 'start a worker with this store: npm run worker' };
    }),
  );
}

/** The findings of a check; one finding where it throws. */
async function attempt(subject: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    return [describeProblem(subject, error)];
  }
}

function describeProblem(subject: string, error: unknown): Finding {
  const detail = error instanceof Error ? error.message : String(error);
  const fix = error instanceof PipelineError ? error.hint : undefined;
  return { subject, ok: false, detail, ...(fix === undefined ? {} : { fix }) };
}

function report(session: Session, findings: Finding[]): void {
  const { io, format, paint } = session;
  if (format === 'json') return answerJson(session, findings);
  if (format === 'jsonl') return findings.forEach((one) => answerJson(session, one));
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  for (const { subject, ok, detail, fix } of findings) {
    const mark = ok ? paint('green', '✓') : paint('red', '✗');
    if (io.isTTY) answer(session, `${mark} ${subject.padEnd(width)}  ${detail}`);
    else
      answer(session, [ok ? 'ok' : 'wrong', subject, detail, ...(fix === undefined ? [] : [fix])].join('\t'));
    if (io.isTTY && fix !== undefined) answer(session, `  ${''.padEnd(width)}  fix: ${fix}`);
  }
}
