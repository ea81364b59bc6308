/** How a sweep is to go, from its flags. */
import { availableParallelism } from 'node:os';
import { PipelineError } from '../../errors/error.ts';
import { parseRanking } from '../../registry/ranking.ts';
import type { Objective } from '../../workflows/objective.ts';
import { mostParallel } from '../../workflows/sweep-limits.ts';
import type { SweepInput } from '../../workflows/sweep-messages.ts';
import type { SweepOptions } from '../commands/sweep.ts';

/**
 * Reads the flags that say how a sweep goes.
 *
 * @throws PipelineError USAGE
 */
export function readPlan(
  options: SweepOptions,
): Pick<SweepInput, 'objective' | 'maxParallel' | 'registerBest'> {
  assertSweepId(options.id);
  return {
    objective: readObjective(options),
    maxParallel: readParallel(options.maxParallel),
    registerBest: options.registerBest !== undefined,
  };
}

function readObjective({ best, registerBest }: SweepOptions): Objective {
  if (best !== undefined && typeof registerBest === 'string' && best !== registerBest)
    throw new PipelineError(
      'USAGE',
      `--best ${best} and --register-best ${registerBest} contradict each other.`,
      {
        hint: `Name the metric once: --best ${best} --register-best`,
      },
    );
  return parseRanking(typeof registerBest === 'string' ? registerBest : (best ?? 'r2'));
}

function readParallel(text: string | undefined): number {
  if (text === undefined) return Math.min(availableParallelism(), mostParallel);
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= mostParallel) return count;
  throw new PipelineError(
    'USAGE',
    `--max-parallel must be a whole number from 1 to ${mostParallel}, not ${text}.`,
  );
}

// Room for what the ids of its runs add.
const sweepIdPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,119}$/;

function assertSweepId(id: string | undefined): void {
  if (id === undefined || sweepIdPattern.test(id)) return;
  throw new PipelineError('USAGE', `--id must not be ${JSON.stringify(id)}.`, {
    hint: 'It is 1 to 120 letters, digits, dots, dashes and underscores, and starts with a letter or a digit.',
  });
}
