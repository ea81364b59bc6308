/** The exit code the client ends with for each error code: the one place that maps errors to exit codes. */
export const exitCodes = {
  BUILD_NOT_FOUND: 2,
  BUILD_NOT_SERVED: 5,
  COMPONENT_INVALID: 2,
  COMPONENT_NOT_FOUND: 2,
  CONFIG_INVALID: 4,
  DATABASE_IN_USE: 5,
  DATA_INVALID: 2,
  DATA_NOT_FOUND: 2,
  DOWNLOAD_EXISTS: 2,
  INPUT_INVALID: 2,
  LOG_NOT_FOUND: 2,
  METRIC_NOT_FOUND: 2,
  MODEL_INVALID: 2,
  MODEL_NOT_FOUND: 2,
  NAMESPACE_NOT_FOUND: 5,
  NOTHING_TO_DOWNLOAD: 2,
  NOT_WAITING: 1,
  NO_WORKER: 5,
  PARAMETERS_INVALID: 2,
  PARAMETERS_REFUSED: 1,
  PIPELINE_INVALID: 4,
  PIPELINE_NOT_FOUND: 2,
  PORT_IN_USE: 5,
  PROJECT_EXISTS: 2,
  RUN_FINISHED: 1,
  RUN_ID_TAKEN: 2,
  RUN_NOT_FOUND: 2,
  SCHEDULE_BUSY: 1,
  SCHEDULE_EXISTS: 2,
  SCHEDULE_INVALID: 2,
  SCHEDULE_NOT_FOUND: 2,
  SCRIPT_UNREADABLE: 2,
  SERVER_FAILED: 5,
  SNAPSHOT_NOT_FOUND: 1,
  STEP_NOT_ENDED: 1,
  STEP_NOT_FOUND: 2,
  STEP_NOT_STARTED: 1,
  STORE_BEING_CLEANED: 1,
  STORE_NOT_A_FOLDER: 4,
  STORE_UNWRITABLE: 1,
  TEMPORAL_BINARY_MISSING: 5,
  TEMPORAL_DENIED: 4,
  TEMPORAL_UNREACHABLE: 5,
  USAGE: 2,
} as const;

/** Every code an error of this project can carry; docs/errors.md has one heading each. */
export type ErrorCode = keyof typeof exitCodes;

/** What went wrong (with the value), and the next command to type. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly code: ErrorCode;
  /** What to do next, one sentence, or undefined where there is nothing to do. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
