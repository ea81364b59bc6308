import { join } from 'node:path';
import { openProject, quickScripts } from '../test/project.ts';
import { openBare } from './bare.ts';
import type { Ground } from './ground.ts';
import { compare, compareRates } from './measure.ts';
import { count, milliseconds, perSecond, type Row } from './report.ts';
import { measureHistory, prepareRuns } from './runs.ts';
import type { Size } from './size.ts';
import { startIdleWorkers } from './workers.ts';

const root = join(import.meta.dirname, '..');

/**
 * Bare Temporal beside the `training` workflow over a target that does nothing; store, reuse, record and messages are
 * on. Measured with steps of one file each, with prep_data reused, and with this project's own code.
 */
export async function measureOrchestration(ground: Ground, size: Size): Promise<Row[]> {
  const { client, folder } = ground;
  const project = await openProject(join(folder, 'orchestration'), quickScripts);
  const { store } = project;
  const stop = await startIdleWorkers(ground, store, root);
  const bare = await openBare(ground);
  try {
    const quick = await prepareRuns(client, store, { ...project, data: join(project.root, 'rows.csv') });
    const own = await prepareRuns(client, store, { root, data: join(root, 'data', 'diabetes.csv') });
    const contenders = { bare: bare.run, ours: quick.fresh, reusing: quick.reusing, own: own.fresh };
    return await measure(ground, contenders, size);
  } finally {
    await bare.stop();
    await stop();
  }
}

async function measure(
  { client }: Ground,
  contenders: Record<'bare' | 'ours' | 'reusing' | 'own', () => Promise<string>>,
  size: Size,
): Promise<Row[]> {
  const { rounds, calls, blocks } = size;
  const times = await compare(contenders, { rounds, warmUp: 3 });
  const rows: Row[] = [];
  const names = {
    ours: 'one-file steps',
    reusing: 'the same, prep_data reused',
    own: "this project's steps",
  };
  for (const [key, what] of Object.entries(names) as [keyof typeof names, string][])
    for (const at of ['p50', 'p95'] as const)
      rows.push({
        what: `one run after another, ${at}, ${what}`,
        unit: milliseconds,
        bare: times.bare[at],
        ours: times[key][at],
        ...(key === 'ours' && at === 'p50' ? { goal: { ratio: 1.4 } } : {}),
      });
  for (const callers of size.callers) {
    const rates = await compareRates(contenders, { callers, calls: Math.max(calls, callers), blocks });
    for (const [key, what] of Object.entries(names) as [keyof typeof names, string][])
      rows.push({
        what: `runs a second, ${callers} ${callers === 1 ? 'caller' : 'callers'}, ${what}`,
        unit: perSecond,
        bare: rates.bare,
        ours: rates[key],
        ...(key === 'ours' ? { goal: { leastRatio: 0.7 } } : {}),
      });
  }
  const [plain, ours] = await Promise.all(
    [await contenders.bare(), await contenders.own()].map((id) => measureHistory(client, id)),
  );
  rows.push(
    {
      what: 'events of history a run',
      unit: count,
      bare: plain!.events,
      ours: ours!.events,
      goal: { most: 40 },
    },
    {
      what: 'bytes of history a run',
      unit: count,
      bare: plain!.bytes,
      ours: ours!.bytes,
      goal: { most: 15_000 },
    },
  );
  return rows;
}
