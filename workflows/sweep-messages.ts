/** The contract of a sweep: what starts it, what it answers. It is cancelled by `cancelRun`, as a run is. */
import { defineQuery } from '@temporalio/workflow';
import type { Grid } from './grid.ts';
import type { Order, Parameters, RegisteredModel, Rerun, RunInput, TargetName } from './messages.ts';
import type { Objective } from './objective.ts';

/** Everything a sweep is started with. */
export interface SweepInput {
  /** What each training is started with, `until` its last step; the grid's values replace those of its parameters. */
  run: RunInput;
  grid: Grid;
  objective: Objective;
  /** Trainings under way at once. */
  maxParallel: number;
  /** Has the best training's model registered, by a run of all steps that keeps what the training has. */
  registerBest: boolean;
  /** Events of one execution's history above which no further training is started in it. Default: 1,500. */
  historyLimit?: number;
  /** What earlier executions of this sweep have come to. */
  carried?: Pick<SweepProgress, 'startedAt' | 'results' | 'best' | 'firstFailure'>;
}

/** How a training ended. Small: a sweep carries those of all its trainings; the rest is in their run records. */
export interface TrainingResult {
  index: number;
  state: 'completed' | 'failed' | 'cancelled';
  /** The objective's metric, where the training has measured it. */
  value?: number;
  seconds: number;
}

/** The best training, and what a run needs to go on from it. */
export interface BestTraining extends TrainingResult {
  rerun: Rerun;
}

export type SweepState = 'running' | 'cancelling' | 'completed' | 'failed' | 'cancelled';

/** One snapshot of a sweep, which is also the record it leaves in the store. */
export interface SweepProgress {
  sweepId: string;
  /** Temporal's id of the first execution. */
  executionId: string;
  pipeline: string;
  target: TargetName;
  state: SweepState;
  /** The parameters that do not vary. */
  parameters: Parameters;
  grid: Grid;
  objective: Objective;
  maxParallel: number;
  registerBest: boolean;
  startedBy: string;
  startedAt: string;
  finishedAt?: string;
  /** How many trainings there are in all. */
  count: number;
  /** Indexes of the trainings under way. */
  running: number[];
  /** In the order they ended. */
  results: TrainingResult[];
  best?: BestTraining;
  /** Model of the best training, where it was to be registered. */
  model?: RegisteredModel;
  firstFailure?: string;
  failure?: string;
  cancellation?: Order;
}

export const sweepProgressQuery = defineQuery<SweepProgress>('progress');

/** Activities of sweeps that touch the store. */
export interface SweepActivities {
  /** Writes the sweep's record, the table and the figure of its results. */
  recordSweep(sweep: SweepProgress): Promise<void>;
}
