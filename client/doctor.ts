import type { Setting } from './config.ts';
import { attempt, showSetting, type Finding } from './finding.ts';
import { checkServer } from './server-checks.ts';
import { answer, answerJson, type Session } from './session.ts';
import { checkStore } from './store-checks.ts';

/** Looks at everything a run needs and says what is wrong; changes nothing. */
export async function doctorCommand(session: Session): Promise<number> {
  const findings: Finding[] = [checkNode(), ...showSettings(session)];
  const { findings: local, storeId } = await checkStore(session.config);
  findings.push(...local, ...(await attempt('server', () => checkServer(session, storeId))));
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
