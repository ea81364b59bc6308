import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer } from '../../dev/server.ts';
import { around, attemptsOf, useScene, type Scene } from './scene.ts';

describe('kill -9 of the Temporal server in the middle of train', () => {
  const scene = useScene(
    around('train', { before: 'touch "$project/waits.$run"; wait_for "go.$run"' }),
    (root) => ({
      databaseFile: join(root, 'dev.db'),
    }),
  );

  for (const [words, away] of [
    ['', 0],
    [', and away for longer than a worker may be silent', 8000],
  ] as const)
    it(`finishes the run with no step run twice, on the same database file${words}`, async () => {
      await scene().startWorker();
      const handle = await scene().start({ input: { heartbeatTimeout: 5000 } });
      await scene().appears(`waits.${handle.workflowId}`);
      await restartServer(scene(), away);
      await scene().touch(`go.${handle.workflowId}`);
      const progress = await handle.result();
      assert.equal(attemptsOf(progress), 'prep_data done 1, train done 1, register_model done 1');
      assert.equal(await scene().begun(handle.workflowId), 'prep_data 1, train 1, register_model 1');
      await scene().assertNothingLeft(handle.workflowId);
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
