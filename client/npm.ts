import type { Command, Option } from 'commander';
import { PipelineError } from '../errors/error.ts';
import { invocation } from './session.ts';

/** Options that npm knows as well: they may be set for npm's own sake. */
const npmsOwn = new Set(['color', 'yes', 'registry', 'help', 'version', 'debug', 'to', 'tag']);

/**
 * Refuses a call like `npm run client start --test-size 0.2`: without `--` npm keeps the flags for itself, and the
 * run would start with the defaults.
 *
 * @throws PipelineError USAGE with the line to type
 */
export function assertFlagsArrived(program: Command, args: string[], env: NodeJS.ProcessEnv): void {
  if (env['npm_lifecycle_event'] !== 'client') return;
  const options = [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]
    .flatMap((command) => command.options)
    .filter((option) => option.long !== undefined && !npmsOwn.has(option.long.slice(2)));
  const kept = [...new Map(options.map((option) => [option.long!, option])).values()].filter(
    ({ long }) => env[`npm_config_${long!.slice(2).replaceAll('-', '_')}`] !== undefined,
  );
  if (kept.length === 0) return;
  const names = kept.map(({ long }) => long).join(' and ');
  throw new PipelineError('USAGE', `npm kept ${names} for itself, because there is no -- before it.`, {
    hint: `Write: ${invocation} ${rewrite(kept, args, env)}`,
  });
}

function rewrite(kept: Option[], args: string[], env: NodeJS.ProcessEnv): string {
  const [command = 'start', ...rest] = args;
  const flags = kept.map((option) => {
    if (!option.required) return option.long;
    const value = env[`npm_config_${option.long!.slice(2).replaceAll('-', '_')}`];
    // What was written as `--flag value` reaches npm as a flag and us as a lone value.
    const lone = value === 'true' ? (kept.length === 1 ? rest.shift() : undefined) : value;
    return `${option.long} ${lone ?? option.flags.split(' ').at(-1)}`;
  });
  const left = kept.length === 1 ? rest : [];
  return [command, ...left, ...flags].join(' ');
}
