import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer } from '../../dev/server.ts';
import type { TrainingHandle } from '../project.ts';
import { until } from '../until.ts';
import { around, attemptsOf, useScene, type Scene } from './scene.ts';

describe('kill -9 of the Temporal server in the middle of train', () => {
  const scene = useScene(
    around('train', { before: 'touch "$project/waits.$run"; wait_for "go.$run"' }),
    (root) => ({
      databaseFile: join(root, 'dev.db'),
    }),
  );

  async function startTrain(): Promise<TrainingHandle> {
    await scene().startWorker();
    const handle = await scene().start({ input: { heartbeatTimeout: 3000 } });
    await scene().appears(`waits.${handle.workflowId}`);
    return handle;
  }

  async function assertNothingRunTwice(handle: TrainingHandle): Promise<void> {
    await scene().touch(`go.${handle.workflowId}`);
    const progress = await handle.result();
    assert.equal(attemptsOf(progress), 'prep_data done 1, train done 1, register_model done 1');
    assert.equal(await scene().begun(handle.workflowId), 'prep_data 1, train 1, register_model 1');
    await scene().assertNothingLeft(handle.workflowId);
  }

  it('finishes the run on the same database file, with no step run twice', async () => {
    const handle = await startTrain();
    await restartServer(scene(), 0);
    await assertNothingRunTwice(handle);
  });

  it('for longer than a worker may be silent leaves the step running, for the server to ask for it again', async () => {
    const handle = await startTrain();
    await restartServer(scene(), 6000);
    await until(async () => {
      const [activity] = (await handle.describe()).raw.pendingActivities!;
      return activity?.attempt === 2 && activity.heartbeatDetails?.payloads?.[0] !== undefined;
    });
    await assertNothingRunTwice(handle);
  });
});

async function restartServer(scene: Scene, away: number): Promise<void> {
  const { server } = scene;
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  await delay(away);
  const port = Number(server.address.split(':')[1]);
  scene.server = await startServer({
    log: () => undefined,
    headless: true,
    port,
    databaseFile: scene.file('dev.db'),
  });
}
