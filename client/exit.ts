import { exitCodes, PipelineError, type ErrorCode } from '../errors/error.ts';
import type { IO } from './io.ts';

/** What the client's exit codes mean: the table `--help` shows. */
export const exitTable = [
  [0, 'done, or accepted'],
  [1, 'the run failed, or something unexpected happened'],
  [2, 'wrong usage or input'],
  [3, 'the run was cancelled or terminated'],
  [4, 'credentials or required configuration missing'],
  [5, 'Temporal cannot be reached, or no worker answers'],
  [8, '--timeout passed, the run goes on'],
  [130, 'Ctrl-C: detached, the run goes on'],
] as const;

export type ExitCode = (typeof exitTable)[number][0];

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  return error instanceof PipelineError ? exitCodes[error.code] : 1;
}

interface Report {
  code: ErrorCode | 'UNEXPECTED';
  message: string;
  hint: string | undefined;
}

/** Says on stderr what went wrong and what to do; with `json` as one object. */
export function reportError(io: IO, error: unknown, { json = false, debug = false } = {}): void {
  const report = describeError(error);
  if (json) {
    io.stderr.write(`${JSON.stringify(report)}\n`);
  } else {
    io.stderr.write(`error: ${report.message}\n`);
    if (report.hint !== undefined) io.stderr.write(`${report.hint}\n`);
  }
  if (debug) io.stderr.write(`${describeStack(error)}\n`);
}

function describeError(error: unknown): Report {
  if (error instanceof PipelineError) return { code: error.code, message: error.message, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'UNEXPECTED', message, hint: 'Run it again with --debug to see where this comes from.' };
}

function describeStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${describeStack(error.cause)}`;
}
