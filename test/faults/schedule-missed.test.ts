import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ScheduleHandle, ScheduleSpec } from '@temporalio/client';
import { toOverlap, type OverlapName } from '../../client/schedule/policy.ts';
import { startServer } from '../../dev/server.ts';
import { quickScripts } from '../project.ts';
import { createSchedule, listStarted, statesOfStarted } from '../schedules.ts';
import { until } from '../until.ts';
import { around, useScene } from './scene.ts';

// What becomes of three missed firings: the runs by the second they were due in (0: it went on all the time), and how
// many have none because a run was going on or because the time to catch up was over.
const expected: Record<string, [runs: string, skipped: number, missed: number]> = {
  'idle-skip': ['1 COMPLETED', 2, 0],
  'idle-buffer-one': ['1 COMPLETED, 2 COMPLETED', 1, 0],
  'idle-buffer-all': ['1 COMPLETED, 2 COMPLETED, 3 COMPLETED', 0, 0],
  'idle-cancel-other': ['3 COMPLETED', 0, 0],
  'idle-terminate-other': ['3 COMPLETED', 0, 0],
  'idle-allow-all': ['1 COMPLETED, 2 COMPLETED, 3 COMPLETED', 0, 0],
  'busy-skip': ['0 COMPLETED', 3, 0],
  'busy-buffer-one': ['0 COMPLETED, 1 COMPLETED', 2, 0],
  'busy-buffer-all': ['0 COMPLETED, 1 COMPLETED, 2 COMPLETED, 3 COMPLETED', 0, 0],
  'busy-cancel-other': ['0 CANCELLED, 3 COMPLETED', 0, 0],
  'busy-terminate-other': ['0 CANCELLED, 3 COMPLETED', 0, 0],
  'busy-allow-all': ['0 COMPLETED, 1 COMPLETED, 2 COMPLETED, 3 COMPLETED', 0, 0],
  late: ['', 0, 3],
};

describe('a schedule whose server was killed and away across three firings', function () {
  this.timeout(90_000);
  const scene = useScene(
    {
      ...around('train', { before: 'case "$run" in busy-*) wait_for go;; esac' }),
      register_model: quickScripts.register_model,
    },
    (root) => ({ databaseFile: join(root, 'dev.db') }),
  );
  const schedules = new Map<string, ScheduleHandle>();
  // The firings are due one, two and three seconds after this; the server is there for none.
  let base: number;

  before(async () => {
    const { client } = scene();
    await scene().startWorker({ TEMPORAL_AZUREML_SLOTS: '20' });
    base = Math.ceil(Date.now() / 1000) * 1000 + 10_000;
    const spec: ScheduleSpec = {
      intervals: [{ every: '1s' }],
      startAt: new Date(base + 1000),
      endAt: new Date(base + 3000),
    };
    for (const id of Object.keys(expected)) {
      const [kind, ...policy] = id.split('-');
      const change =
        kind === 'late' ? { catchupWindow: 10_000 } : { overlap: toOverlap(policy.join('-') as OverlapName) };
      schedules.set(id, await createSchedule(client, scene(), { id, spec, ...change }));
    }
    const held = [...schedules].filter(([id]) => id.startsWith('busy')).map(([, schedule]) => schedule);
    // A run that was triggered beside all others is not seen by the policy.
    for (const schedule of held) await schedule.trigger('SKIP');
    for (const schedule of held)
      await until(async () => (await statesOfStarted(client, schedule, 'training')) === 'RUNNING');
    assert.ok(Date.now() < base, 'the set-up took too long');

    const { server } = scene();
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
    // By then even the last firing is too late for `late`.
    await delay(base + 3000 + 11_000 - Date.now());
    scene().server = await startServer({
      log: () => undefined,
      headless: true,
      port: Number(server.address.split(':')[1]),
      databaseFile: scene().file('dev.db'),
    });
  });

  const runsOf = async (id: string): Promise<string> =>
    (await listStarted(scene().client, schedules.get(id)!, 'training'))
      .map(({ searchAttributes, status }) => {
        const due = searchAttributes['TemporalScheduledStartTime']![0] as Date;
        return `${Math.max(0, (due.getTime() - base) / 1000)} ${status.name}`;
      })
      .toSorted()
      .join(', ');

  async function readOutcomes(): Promise<typeof expected> {
    const rows = [...schedules].map(async ([id, schedule]) => {
      const { info } = await schedule.describe();
      return [
        id,
        [await runsOf(id), info.numActionsSkippedOverlap, info.numActionsMissedCatchupWindow],
      ] as const;
    });
    return Object.fromEntries(await Promise.all(rows)) as typeof expected;
  }

  it('makes up for them as its overlap policy says, and not for those later than its catch-up window', async () => {
    for (const id of ['busy-cancel-other', 'busy-terminate-other'])
      await until(async () => (await runsOf(id)).startsWith('0 CANCELLED, 3 '));
    await scene().touch('go');
    for (const [id, [runs]] of Object.entries(expected))
      await until(async () => (await runsOf(id)) === runs).catch(() => undefined);
    assert.deepEqual(await readOutcomes(), expected);
  });
});
