import { Failure } from './failure.ts';

/** Runs a program: its failure becomes two lines on stderr and an exit code, anything else is a bug and keeps its stack. */
export async function runProgram(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`error: ${error.message}\n${error.hint}\n`);
    process.exitCode = error.exitCode;
  }
}

/** Says on stderr what the person should know although the program goes on. */
export function warn(message: string): void {
  process.stderr.write(`warning: ${message}\n`);
}
