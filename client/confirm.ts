import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Asks on the terminal; anything but yes is no, so are the end of the input and Ctrl-C. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // A terminal that is left rejects; where the input is a pipe, its end is only seen here.
  const left = once(terminal, 'close').then(() => '');
  const typed = await Promise.race([terminal.question(`${question} [y/N] `), left]).catch(() => '');
  terminal.close();
  return /^y(es)?$/i.test(typed);
}
