import { exitCodes, PipelineError } from '../errors/error.ts';

/** Says what went wrong and returns the exit code for it. */
export function reportError(error: unknown): number {
  if (!(error instanceof PipelineError)) throw error;
  console.error(error.hint === undefined ? error.message : `${error.message}\n${error.hint}`);
  return exitCodes[error.code];
}
