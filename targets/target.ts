/** What a target runs: a command line, where, with what, and under which name. */
export interface Command {
  command: string;
  cwd: string;
  /** Added to what the target itself gives every step; a variable named here wins. */
  env: Record<string, string>;
  /** Where stdout and stderr go, merged in the order they were written; appended to, made if missing. */
  logFile: string;
  /** Identifies every process of this command; carried in the environment as TEMPORAL_AZUREML_ATTEMPT. */
  token: string;
}

/** How a command ended: by itself with an exit code, or by a signal. */
export interface Ended {
  exitCode: number | undefined;
  signal: NodeJS.Signals | undefined;
  /** The kernel or the program itself said that memory ran out; false only means that nobody said so. */
  outOfMemory: boolean;
  /** From the start of the command to its own end, without the time its leftovers took to end. */
  seconds: number;
  /** Processes that outlived the command and were ended. */
  leftovers: number;
}

/** Where a step runs. */
export interface Target {
  /**
   * Runs the command to its end. When the cancellation comes first, it rejects with the signal's reason, and only
   * when no process of the attempt is alive any more; a command that had ended before resolves all the same.
   */
  run(command: Command, cancellation: AbortSignal): Promise<Ended>;
  /**
   * Ends every process that carries the token, or one that continues it (`<token>~…`); resolves with how many it ended
   * when none is alive any more.
   */
  end(token: string): Promise<number>;
}
