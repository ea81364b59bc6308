import type { RunView } from '../../client/view.ts';
import type { Progress } from '../../workflows/messages.ts';

/** A run in the middle of training. */
export const runningProgress: Progress = {
  runId: 'training-1',
  executionId: 'e1',
  pipeline: 'training',
  target: 'local',
  state: 'running',
  parameters: { test_size: 0.2, model_name: 'diabetes' },
  snapshot: 'abc',
  startedBy: 'kim@laptop',
  startedAt: '2026-11-23T08:32:48.000Z',
  steps: [
    {
      name: 'prep_data',
      state: 'done',
      attempt: 1,
      reused: 'training-0',
      reason: 'same code, data and parameters as run training-0',
      startedAt: '2026-11-23T08:32:48.000Z',
      finishedAt: '2026-11-23T08:32:48.000Z',
      seconds: 0,
    },
    { name: 'train', state: 'running', attempt: 2, startedAt: '2026-11-23T08:32:56.000Z' },
    { name: 'register_model', state: 'waiting', attempt: 0 },
  ],
  metrics: {},
};

/** The same run when it has ended well. */
export const completedProgress: Progress = {
  ...runningProgress,
  state: 'completed',
  finishedAt: '2026-11-23T08:33:58.500Z',
  steps: [
    runningProgress.steps[0]!,
    { name: 'train', state: 'done', attempt: 2, reason: 'test_size 0.3 → 0.2', seconds: 62 },
    {
      name: 'register_model',
      state: 'done',
      attempt: 1,
      reason: 'always runs (is_deterministic: false)',
      seconds: 0.25,
    },
  ],
  metrics: { mse: 4150.680189329983, r2: 0.19057346847560164 },
  model: { name: 'diabetes', version: 3, uri: 'file:///registry/diabetes/3' },
};

/** A view of a run's progress. */
export const viewOf = (progress: Progress | undefined, change: Partial<RunView> = {}): RunView => ({
  runId: 'training-1',
  executionId: 'e1',
  state: progress?.state ?? 'running',
  progress,
  details: {},
  url: 'http://ui/run',
  ...change,
});
