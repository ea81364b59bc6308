import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { attemptPath, type AttemptRecord } from '../../store/attempt.ts';
import { formatJson, type FileStore } from '../../store/file.ts';
import type { AttemptName, Progress } from '../../workflows/messages.ts';

/** A run that has ended well: the first of its steps was reused, the second failed once. */
export const completed: Progress = {
  runId: 'training-2',
  executionId: 'e2',
  pipeline: 'training',
  target: 'local',
  state: 'completed',
  parameters: { data: `data/${'3b27'.repeat(16)}/diabetes.csv`, test_size: 0.2, model_name: 'diabetes' },
  snapshot: 'abc',
  startedBy: 'kim@laptop',
  startedAt: '2026-11-23T08:32:48.000Z',
  finishedAt: '2026-11-23T08:33:58.500Z',
  steps: [
    {
      name: 'prep_data',
      state: 'done',
      attempt: 1,
      reused: 'training-1',
      reason: 'same code, data and parameters as run training-1',
      seconds: 0,
      outputs: { data_X: { path: 'runs/training-1/e1/prep_data/1/named_outputs/data_X', digest: '1' } },
    },
    {
      name: 'train',
      state: 'done',
      attempt: 2,
      reason: 'test_size 0.3 → 0.2',
      seconds: 62,
      outputs: { model_dir: { path: 'runs/training-2/e2/train/2/named_outputs/model_dir', digest: '2' } },
    },
    {
      name: 'register_model',
      state: 'done',
      attempt: 1,
      reason: 'always runs (is_deterministic: false)',
      seconds: 0.25,
    },
  ],
  metrics: { mse: 4150.680189329983, r2: 0.19057346847560164, rows: { train: 353, test: 89 } },
  model: { name: 'diabetes', version: 3, uri: 'file:///registry/diabetes/3' },
};

/** How a step fails that the system has killed for its memory. */
export const outOfMemory = {
  message: 'train failed: killed by SIGKILL, out of memory',
  signal: 'SIGKILL',
  outOfMemory: true,
  logTail: ['epoch 1', 'epoch 2'],
  tryAgain: true,
};

/** The same run, had its second step failed for good. */
export const failed: Progress = {
  ...completed,
  executionId: 'failed',
  state: 'failed',
  steps: [
    completed.steps[0]!,
    { name: 'train', state: 'failed', attempt: 1, failure: outOfMemory },
    { name: 'register_model', state: 'waiting', attempt: 0 },
  ],
  metrics: {},
  failure: outOfMemory.message,
};
delete failed.model;

/** The same run while its second step runs. */
export const running: Progress = {
  ...completed,
  executionId: 'running',
  state: 'running',
  steps: [
    completed.steps[0]!,
    { name: 'train', state: 'running', attempt: 1, startedAt: '2026-11-23T08:32:56.000Z' },
    { name: 'register_model', state: 'waiting', attempt: 0 },
  ],
};
delete running.finishedAt;

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="9" height="9"/></svg>';

/** Leaves in a store what the completed run has left. */
export async function leaveCompleted(store: FileStore): Promise<void> {
  await leaveAttempt(
    store,
    { runId: 'training-1', executionId: 'e1', step: 'prep_data', attempt: 1 },
    {},
    { 'user_logs/std_log.txt': 'Prepared 442 rows: bmi\n' },
  );
  const name = { runId: 'training-2', executionId: 'e2' };
  await leaveAttempt(
    store,
    { ...name, step: 'prep_data', attempt: 1 },
    { reused: { runId: 'training-1', executionId: 'e1', attempt: 1 } },
  );
  const inputs = {
    data_X: { path: 'runs/training-1/e1/prep_data/1/named_outputs/data_X', digest: '1' },
    test_size: 0.2,
  };
  await leaveAttempt(
    store,
    { ...name, step: 'train', attempt: 1 },
    { inputs, state: 'failed', seconds: 1.5, failure: outOfMemory },
  );
  await leaveAttempt(
    store,
    { ...name, step: 'train', attempt: 2 },
    { inputs, seconds: 62 },
    {
      'outputs/fig.svg': svg,
      'outputs/fig.png': 'the same again',
      'user_logs/std_log.txt': 'Mean squared error:  4150.680189329983\n',
    },
  );
  await leaveAttempt(
    store,
    { ...name, step: 'register_model', attempt: 1 },
    { inputs: { model_dir: { path: 'runs/training-2/e2/train/2/named_outputs/model_dir', digest: '2' } } },
    { 'user_logs/std_log.txt': '' },
  );
}

/** Leaves a committed attempt in a store. */
export async function leaveAttempt(
  store: FileStore,
  name: AttemptName,
  change: Partial<AttemptRecord> = {},
  files: Record<string, string | Buffer> = {},
): Promise<void> {
  const folder = join(store.root, attemptPath(name));
  const record: AttemptRecord = {
    ...name,
    state: 'done',
    inputs: {},
    outputs: {},
    metrics: {},
    reusable: false,
    reason: 'no earlier result in this store',
    key: 'k',
    parts: { component: '', code: {}, environment: 'node v24.21.0, packages 3f2a9c01', inputs: {} },
    command: 'true',
    host: 'laptop',
    startedAt: '2026-11-23T08:32:48.000Z',
    finishedAt: '2026-11-23T08:32:49.000Z',
    seconds: 1,
    ...change,
  };
  for (const [file, content] of Object.entries({ ...files, 'record.json': formatJson(record) })) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
}
