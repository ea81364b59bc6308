import type { Command } from 'commander';
import { parseDuration } from '../duration.ts';
import type { Act } from '../program.ts';
import { invocation } from '../session.ts';
import { namesSweep } from '../sweeps/name.ts';

interface WatchFlags {
  interval?: string;
  timeout?: string;
  cancelOnInterrupt?: true;
}

/** Adds `watch`. */
export function addWatch(program: Command, act: Act): void {
  program
    .command('watch')
    .description('watch a run or a sweep to its end')
    .argument('[run]', 'id of a run or a sweep; on a terminal the latest run by default')
    .option('--interval <duration>', 'how often to ask (default: 200ms for three seconds, then 500ms)')
    .option('--timeout <duration>', 'stop watching after 30s, 5m, 2h …')
    .option('--cancel-on-interrupt', 'Ctrl-C cancels the run')
    .addHelpText(
      'after',
      `
In a pipe, watch prints one line for each change, with -o jsonl one object for each.

Example:
  ${invocation} watch training-20261123-083400-7f3a --timeout 10m`,
    )
    .action(
      act<[string | undefined, WatchFlags]>(async (session, given, flags) => {
        const milliseconds = (flag: 'interval' | 'timeout'): number | undefined =>
          flags[flag] === undefined ? undefined : parseDuration(flags[flag], `--${flag}`);
        const [timeout, interval] = [milliseconds('timeout'), milliseconds('interval')];
        const options = { timeout, interval, cancelOnInterrupt: flags.cancelOnInterrupt ?? false };
        if (await namesSweep(session, given))
          return (await import('../sweeps/watch.ts')).followSweep(session, given!, options);
        return (await import('../follow.ts')).followRun(session, given, options);
      }),
    );
}
