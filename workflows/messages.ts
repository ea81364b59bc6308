/**
 * The contract of a run: what starts it, what it answers, what it can be told. The client, the worker and the
 * workflows share this file and nothing else. It knows no step by name.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

const prefix = 'temporal-azureml';

/** The queue of the runs whose results are in the store with this id. */
export const workflowQueue = (storeId: string): string => `${prefix}-${storeId}`;

/** Names the builds of the workflow code that serve a store's runs to Temporal's Worker Deployment versioning. */
export const deploymentName = workflowQueue;

/** The queue of short activities that touch the store with this id. */
export const ioQueue = (storeId: string): string => `${prefix}-io-${storeId}`;

/** The queue of steps that run on the host which owns the store with this id. */
export const computeQueue = (storeId: string): string => `${prefix}-compute-${storeId}`;

/** A run's id, which is its Temporal workflow id: `training-20261123-083400-7f3a`. */
export function createRunId(pipeline: string, now: Date, random: string): string {
  return `${pipeline}-${stamp(now)}-${random}`;
}

/** The id of the run a schedule starts for this time: `nightly-20261124-060000`; like every run id fit for Azure. */
export function createScheduledRunId(schedule: string, time: Date): string {
  return `${schedule}-${stamp(time)}`;
}

const stamp = (time: Date): string =>
  time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');

/** A value of a pipeline parameter. A file is named by its place in the store: `data/<sha256>/diabetes.csv`. */
export type ParameterValue = string | number | boolean;
export type Parameters = Record<string, ParameterValue>;

/** Search attributes a run sets, where the namespace has them. */
export const searchAttributeTypes = {
  MlPipeline: 'KEYWORD',
  MlTarget: 'KEYWORD',
  MlModel: 'KEYWORD',
  MlStep: 'KEYWORD',
  MlR2: 'DOUBLE',
} as const;
export type SearchAttribute = keyof typeof searchAttributeTypes;

export type TargetName = 'local';

/** Everything a run is started with. */
export interface RunInput {
  pipeline: string;
  parameters: Parameters;
  /** Digest of the snapshot whose code and components the steps are. */
  snapshot: string;
  store: { uri: string; id: string };
  registry: string;
  target: TargetName;
  /** Runs every step even where a result could be reused. */
  forceRerun: boolean;
  /** How often a step is tried when it ends with exit code 75 or by a signal. */
  maxAttempts: number;
  /** How long a worker may be silent before a step counts as lost, in milliseconds. */
  heartbeatTimeout: number;
  /** The last step to run; the ones after it are skipped. Default: all run. */
  until?: string;
  /** What becomes of the run when a step has failed for good. Default: `fail`. */
  onFailure?: 'fail' | 'wait';
  approval?: ApprovalRule;
  rerun?: Rerun;
  /** The search attributes the namespace has: a workflow cannot ask, and an unknown one fails its task for ever. */
  searchAttributes: SearchAttribute[];
  startedBy: string;
}

/** Who has to agree before a step, and what becomes of the run when nobody decides. */
export interface ApprovalRule {
  /** The step that waits. */
  before: string;
  /** Approves by itself where the metrics meet it: `r2 >= 0.15`. Default: a person decides. */
  condition?: string;
  /** How long to wait for a person, in milliseconds. Default: for ever. */
  timeout?: number;
  /** What holds when the time is over. Default: `reject`. */
  onTimeout?: 'approve' | 'reject';
}

/** An old run whose results are kept where they are still valid. */
export interface Rerun {
  runId: string;
  executionId: string;
  /** The attempts of its finished steps, by step. */
  attempts: Record<string, number>;
  /** The step from which on every step runs. */
  from?: string;
}

/** What a schedule starts each time: the workflow `scheduled`, which starts the run. */
export interface ScheduledInput {
  schedule: string;
  /** The project folder on the worker's host, whose code is run as it is at that time. */
  root: string;
  /** Files among the parameters are paths on the worker's host. */
  run: Omit<RunInput, 'snapshot' | 'startedBy'>;
}

/** What has become of one firing of a schedule. */
export interface ScheduledResult {
  runId: string;
  state: 'completed' | 'cancelled';
}

/** A file or folder in the store. */
export interface Reference {
  /** Relative to the store's root. */
  path: string;
  digest: string;
}

/** What a step is given: a literal or something in the store. */
export type StepInput = ParameterValue | Reference;

/** A model a step registered. */
export interface RegisteredModel {
  name: string;
  version: number;
  uri: string;
}

export type Metrics = Record<string, unknown>;

/** How a step failed, said once for the workflow, the record and the client. */
export interface StepFailure {
  message: string;
  exitCode?: number;
  signal?: string;
  outOfMemory?: boolean;
  /** The last lines the step printed, at most ten. */
  logTail: string[];
}

export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'skipped';

export interface StepProgress {
  name: string;
  state: StepState;
  attempt: number;
  /** The run whose result was taken instead of running the step. */
  reused?: string;
  /** Why the step ran or was reused, in words. */
  reason?: string;
  startedAt?: string;
  finishedAt?: string;
  /** The step's own time, from the start of its command to its end. */
  seconds?: number;
  outputs?: Record<string, Reference>;
  metrics?: Metrics;
  failure?: StepFailure;
}

export type RunState =
  | 'running'
  | 'paused'
  | 'awaiting approval'
  | 'awaiting retry'
  | 'cancelling'
  | 'completed'
  | 'failed'
  | 'cancelled';

/** Who asked for something, and why. */
export interface Order {
  by: string;
  reason: string;
}

/** What a run waits for, and before which step. */
export interface Hold {
  kind: 'paused' | 'approval' | 'failure';
  step: string;
  since: string;
  /** When the wait is over by itself. */
  deadline?: string;
}

/** Whether a step may go on; `by` is a person, the condition or the time-out. */
export interface Decision extends Order {
  decision: 'approved' | 'rejected';
  at: string;
}

/** One snapshot of a run, which is also the record it leaves in the store. */
export interface Progress {
  runId: string;
  /** Temporal's id of the first execution; with runId it names the run for ever. */
  executionId: string;
  pipeline: string;
  target: TargetName;
  state: RunState;
  parameters: Parameters;
  snapshot: string;
  startedBy: string;
  startedAt: string;
  finishedAt?: string;
  steps: StepProgress[];
  metrics: Metrics;
  model?: RegisteredModel;
  failure?: string;
  /** Set from the order to pause until the one to resume. */
  pause?: Order & { at: string };
  hold?: Hold;
  approval?: Decision;
  cancellation?: Order;
  /** The old run whose results were kept. */
  rerunOf?: string;
}

export const progressQuery = defineQuery<Progress>('progress');
export const updateParametersUpdate = defineUpdate<Parameters, [Parameters]>('updateParameters');
export const setParametersSignal = defineSignal<[Parameters]>('setParameters');
export const cancelRunSignal = defineSignal<[Order]>('cancelRun');
export const pauseSignal = defineSignal<[Order]>('pause');
export const resumeSignal = defineSignal<[Order]>('resume');
export const approveSignal = defineSignal<[Order]>('approve');
export const rejectSignal = defineSignal<[Order]>('reject');
/** The failed step again; parameters may come with it. */
export const retryStepSignal = defineSignal<[Order & { parameters?: Parameters }]>('retryStep');

/** Failure types of activities and workflows, as the Web UI shows them. */
export const failureTypes = {
  stepFailed: 'StepFailed',
  parametersRefused: 'ParametersRefused',
  approvalRejected: 'ApprovalRejected',
  sweepFailed: 'SweepFailed',
} as const;

/** What a cancelled step activity adds when no process of its attempt is alive any more. */
export const endedDetail = 'ended';

// What the activities take and give.

/** Names one decision of the workflow to run a step. Temporal's own retries of the activity share it. */
export interface AttemptName {
  runId: string;
  executionId: string;
  step: string;
  attempt: number;
}

export interface StepRequest extends AttemptName {
  snapshot: string;
  inputs: Record<string, StepInput>;
  /** The inputs that are pipeline parameters. */
  parameters: string[];
  forceRerun: boolean;
  /** How many workers may be lost in the attempt before the step counts as failed. */
  maxLost: number;
  /** The attempt of an old run whose result is taken where it is still valid, whatever the component says. */
  keep?: AttemptName;
}

export interface StepResult {
  outputs: Record<string, Reference>;
  metrics: Metrics;
  model?: RegisteredModel;
  reused?: string;
  reason: string;
  startedAt: string;
  finishedAt: string;
  seconds: number;
}

/** What a running step is doing. */
export interface StepReport {
  /** What it has said of its progress, or the last line of its log; what it waits for before it runs. */
  detail: string;
  /** How far it is, from 0 to 1, where it has said so. */
  fraction?: number;
}

/** What the heartbeat of a step's activity carries. */
export interface StepHeartbeat extends StepReport {
  step: string;
  /** How many workers of this attempt were lost before this one. */
  lost: number;
  /** The worker stopped in good order: it is not lost. */
  stopped?: true;
}

/** A run that is to be started from the working copy. */
export interface SourceRequest {
  runId: string;
  root: string;
  parameters: Parameters;
}

/** What a run is given in place of the working copy. */
export interface Source {
  snapshot: string;
  /** Files are named by their place in the store. */
  parameters: Parameters;
}

/** Activities that touch the store. */
export interface IoActivities {
  /** Ends whatever is left of an attempt; returns when nothing of it is alive. */
  endStep(attempt: AttemptName): Promise<void>;
  /** Asks Temporal to cancel the calling run. */
  requestCancellation(): Promise<void>;
}

/** Activities that read the working copy on the host which owns the store. */
export interface SourceActivities {
  /** Takes what a run needs into the store; `used` are the run ids in it that begin with the one asked for. */
  resolveSource(request: SourceRequest): Promise<Source & { used: string[] }>;
}

/** Local activities: they run in the worker that has the workflow task, and leave one event. */
export interface RecordActivities {
  /** Writes the run's record. */
  recordRun(record: Progress): Promise<void>;
}

/** Activities that run steps. */
export interface ComputeActivities {
  runStep(request: StepRequest): Promise<StepResult>;
}
