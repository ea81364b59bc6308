import { join } from 'node:path';
import type { Component } from '../components/component.ts';
import { attemptPath, type AttemptRecord, type Workspace } from '../store/attempt.ts';
import { digestOf } from '../store/digest.ts';
import { readJson, type FileStore } from '../store/file.ts';
import type { Metrics, Reference, RegisteredModel, StepFailure, StepRequest } from '../workflows/messages.ts';
import { logPath } from '../store/log.ts';
import { lastLines } from './process/log.ts';
import { isProgressLine } from './progress.ts';
import type { Ended } from './target.ts';

type Result = Pick<AttemptRecord, 'state' | 'outputs' | 'metrics' | 'model' | 'failure'>;

/** Exit code with which a program asks to be tried again (sysexits.h: EX_TEMPFAIL). */
const tryAgainCode = 75;

/** What an ended command has left in its work folder: outputs, metrics and model, or how it failed. */
export async function collectResult(
  store: FileStore,
  request: StepRequest,
  component: Component,
  workspace: Workspace,
  ended: Ended,
): Promise<Result> {
  const metrics = await readReport<Metrics>(workspace, 'metrics.json');
  const model = asRegistered(await readReport<unknown>(workspace, 'model.json'));
  const report = { metrics: metrics ?? {}, ...(model === undefined ? {} : { model }) };
  const succeeded = ended.exitCode === 0 && ended.signal === undefined;
  const { outputs, missing } = succeeded
    ? await collectOutputs(request, component, workspace)
    : { outputs: {}, missing: [] };
  if (succeeded && missing.length === 0) return { state: 'done', outputs, ...report };

  const lines = await lastLines(join(workspace.attempt, logPath), Infinity);
  const logTail = lines.filter((line) => !isProgressLine(line)).slice(-10);
  const how = succeeded ? `it did not write ${missing.join(', ')}` : describeEnd(ended);
  const failure: StepFailure & { tryAgain: boolean } = {
    message: `${request.step} failed: ${how}${logTail.length > 0 && !succeeded ? `: ${lastWords(logTail)}` : ''}`,
    ...(ended.exitCode === undefined ? {} : { exitCode: ended.exitCode }),
    ...(ended.signal === undefined ? {} : { signal: ended.signal }),
    ...(ended.outOfMemory ? { outOfMemory: true } : {}),
    logTail,
    tryAgain: ended.exitCode === tryAgainCode || ended.signal !== undefined,
  };
  return { state: 'failed', outputs: {}, ...report, failure };
}

async function collectOutputs(
  request: StepRequest,
  component: Component,
  workspace: Workspace,
): Promise<{ outputs: Record<string, Reference>; missing: string[] }> {
  const outputs: Record<string, Reference> = {};
  const missing: string[] = [];
  const digests = Object.keys(component.outputs).map(async (name) => {
    const digest = await digestOf(join(workspace.attempt, 'named_outputs', name)).catch(() => undefined);
    return [name, digest] as const;
  });
  for (const [name, digest] of await Promise.all(digests)) {
    if (digest === undefined) missing.push(name);
    else outputs[name] = { path: `${attemptPath(request)}/named_outputs/${name}`, digest };
  }
  return { outputs, missing };
}

/** A script that knows nothing of us may well save the model itself under this name, as XGBoost's users do. */
function asRegistered(report: unknown): RegisteredModel | undefined {
  if (typeof report !== 'object' || report === null) return undefined;
  const { name, version, uri } = report as Partial<RegisteredModel>;
  if (typeof name !== 'string' || typeof version !== 'number' || typeof uri !== 'string') return undefined;
  return { name, version, uri };
}

/** A JSON report of the step; a broken one counts as none, the program's exit code has the word. */
async function readReport<T>(workspace: Workspace, name: string): Promise<T | undefined> {
  return readJson<T>(join(workspace.attempt, 'outputs', name)).catch(() => undefined);
}

/** How a command ended, in words. */
export function describeEnd(ended: Ended): string {
  const memory = ended.outOfMemory ? ', out of memory' : '';
  if (ended.signal !== undefined) return `killed by ${ended.signal}${memory}`;
  return `exit code ${ended.exitCode}${memory}`;
}

/** The line that says most: the last one that names an error, else the last. */
function lastWords(logTail: string[]): string {
  const line = logTail.findLast((text) => /\berror\b/i.test(text)) ?? logTail.at(-1) ?? '';
  return line.replace(/^error:\s*/i, '').slice(0, 300);
}
