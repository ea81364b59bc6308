/** Where a command writes to; `done` is called when what was written is not needed any more. */
export interface Output {
  write(text: string | Uint8Array, done?: () => void): unknown;
}

/** Everything a command touches of the world, so that a test of one is a function call. */
export interface IO {
  stdout: Output;
  stderr: Output;
  /** Whether stdout is a terminal. */
  isTTY: boolean;
  /** Width of the terminal. */
  columns: number;
  now: () => Date;
  env: NodeJS.ProcessEnv;
  /** The project folder. */
  cwd: string;
  /** Calls the listener at each Ctrl-C until the returned function is called. */
  onInterrupt: (listener: () => void) => () => void;
}

/** The IO of this process. */
export function processIO(): IO {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    isTTY: process.stdout.isTTY,
    columns: process.stdout.columns || 80,
    now: () => new Date(),
    env: process.env,
    cwd: process.cwd(),
    onInterrupt(listener) {
      process.on('SIGINT', listener).on('SIGTERM', listener);
      return () => void process.off('SIGINT', listener).off('SIGTERM', listener);
    },
  };
}
