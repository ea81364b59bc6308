import { join } from 'node:path';
import { readAttempt, resultPath, runPath, type AttemptRecord } from '../store/attempt.ts';
import type { FileStore } from '../store/file.ts';
import { lastLines } from '../targets/process/log.ts';
import type { Progress, StepProgress } from '../workflows/messages.ts';
import { readFigures, type Figure } from './figures.ts';

/** Lines of each step's log. */
const logLines = 30;

/** Attempts of a step that are told one by one, the last ones. */
const toldAttempts = 20;

/** A step as the store has it. */
export interface StepContent extends StepProgress {
  /** The attempts that have left a record, the oldest first. */
  attempts: AttemptRecord[];
  /** The record of the attempt the run has gone on with, while there is one. */
  record: AttemptRecord | undefined;
  log: string[];
}

/** Everything of a run that its report shows. */
export interface Content {
  progress: Progress;
  steps: StepContent[];
  figures: Figure[];
  /** The run's folder, relative to the store, and the store. */
  folder: string;
  store: string;
}

/** Reads what a run has left in the store; what is gone, or not there yet, is left out. */
export async function readContent(store: FileStore, progress: Progress): Promise<Content> {
  const steps = await Promise.all(progress.steps.map((step) => readStep(store, progress, step)));
  const folders = steps.flatMap(({ name, record }) =>
    record === undefined ? [] : [{ step: name, folder: join(store.root, resultPath(record)) }],
  );
  return {
    progress,
    steps,
    figures: await readFigures(folders),
    folder: runPath(progress),
    store: store.uri,
  };
}

async function readStep(
  store: FileStore,
  { runId, executionId }: Progress,
  step: StepProgress,
): Promise<StepContent> {
  const attempts: AttemptRecord[] = [];
  for (let attempt = Math.max(1, step.attempt - toldAttempts + 1); attempt <= step.attempt; attempt++) {
    const record = await readAttempt(store, { runId, executionId, step: step.name, attempt });
    if (record !== undefined) attempts.push(record);
  }
  const record = attempts.find(({ attempt }) => attempt === step.attempt);
  const file = record && join(store.root, resultPath(record), 'user_logs', 'std_log.txt');
  return { ...step, attempts, record, log: file === undefined ? [] : await lastLines(file, logLines) };
}
