/** A failure whose message is for the person who typed the command: what was wrong, then what to do. */
export class Failure extends Error {
  /** 2 when the flags are wrong in themselves, 1 when data or disk are. */
  readonly exitCode: 1 | 2;
  readonly hint: string;

  constructor(exitCode: 1 | 2, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** A failure of the command line itself. */
export function usageFailure(message: string, hint: string): Failure {
  return new Failure(2, message, hint);
}

/** A failure of the data a program was given, or of the disk it writes to. */
export function dataFailure(message: string, hint: string, cause?: unknown): Failure {
  return new Failure(1, message, hint, cause);
}

/** The operating system's code for a failed file operation, such as ENOENT; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
}

/** The words of an error in brackets of ours, such as "ENOSPC: no space left on device". */
export function reasonOf(error: unknown): string {
  // Node appends the call and the paths; ours are said already.
  return error instanceof Error ? error.message.replace(/, [a-z]+(?: '.*)?$/s, '') : String(error);
}
