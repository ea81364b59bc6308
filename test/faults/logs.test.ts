import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runClient, startClient } from '../client/command.ts';
import { completedProgress } from '../client/run.ts';
import { useFolder } from '../folder.ts';
import { attemptPath } from '../../store/attempt.ts';
import { openStore } from '../../store/file.ts';
import { logPath, restartLine } from '../../store/log.ts';
import { writeRun } from '../../store/run.ts';
import { until } from '../until.ts';
import { around, useScene, type Scene } from './scene.ts';

const client = (scene: Scene): NodeJS.ProcessEnv => ({
  TEMPORAL_ADDRESS: scene.server.address,
  TEMPORAL_AZUREML_STORE: scene.store.root,
});

describe('the log of a step whose worker is killed', () => {
  describe('twice', () => {
    const scene = useScene(
      around('train', {
        before:
          'echo "began with $$"; first a && { kill_worker; sleep 600; }; first b && { printf "not ended"; kill_worker; sleep 600; }; echo third',
      }),
    );

    it('begins with what was logged before, also for who follows it, and is committed so', async () => {
      let worker = await scene().startWorker();
      const handle = await scene().start();
      const { workflowId: runId, firstExecutionRunId: executionId } = handle;
      assert.equal(await worker.ended, 'SIGKILL');
      // Nobody answers now, and nobody has to.
      assert.match((await runClient(['logs', runId], client(scene()))).stdout, /^began with \d+\n$/);
      const { ended } = startClient(['logs', runId, 'train', '--follow'], client(scene()));
      worker = await scene().startWorker();
      assert.equal(await worker.ended, 'SIGKILL');
      await scene().startWorker();
      await handle.result();
      const { code, stdout, stderr } = await ended;
      assert.deepEqual([code, stderr], [0, '--- train, attempt 1 ---\n']);
      const committed = join(
        scene().store.root,
        attemptPath({ runId, executionId, step: 'train', attempt: 1 }),
      );
      assert.equal(stdout, await readFile(join(committed, logPath), 'utf8'));
      assert.equal(
        stdout.replaceAll(/with \d+/g, 'with N'),
        `began with N\n${restartLine}\nbegan with N\nnot ended\n${restartLine}\nbegan with N\nthird\n`,
      );
      await scene().assertNothingLeft(runId);
    });
  });

  describe('and whose run is terminated', () => {
    const scene = useScene(around('train', { before: 'echo epoch 1; kill_worker; sleep 600' }));

    it('stays when the next worker sweeps what the dead one has left', async () => {
      const worker = await scene().startWorker();
      const handle = await scene().start();
      assert.equal(await worker.ended, 'SIGKILL');
      await handle.terminate();
      await scene().startWorker();
      await until(async () => {
        const left = await scene()
          .assertNothingLeft(handle.workflowId)
          .catch(() => 'left');
        return left === undefined;
      });
      const { stdout } = await runClient(['logs', handle.workflowId, 'train'], client(scene()));
      assert.equal(stdout, 'epoch 1\n');
    });
  });

  describe('while it is stopped by force', () => {
    const scene = useScene(
      around('train', { before: 'echo begun; first fault && { touch "$project/waits"; sleep 600; }' }),
    );

    it('begins with what was logged before', async () => {
      const worker = await scene().startWorker();
      const handle = await scene().start();
      await scene().appears('waits');
      worker.signal('SIGTERM');
      await until(() => worker.said().includes('worker stopping'));
      worker.signal('SIGTERM');
      await worker.ended;
      await scene().startWorker();
      await handle.result();
      const { stdout } = await runClient(['logs', handle.workflowId, 'train'], client(scene()));
      assert.equal(stdout, `begun\n${restartLine}\nbegun\n`);
    });
  });
});

describe('a log of 1 GB', () => {
  const folder = useFolder();
  // Says at the end of the process what memory it took at most, in KB.
  const measured = `data:text/javascript,process.on('exit',()=>console.error(process.resourceUsage().maxRSS))`;
  const main = join(import.meta.dirname, '..', '..', 'client', 'main.ts');
  let log: string;

  before(async () => {
    const store = await openStore(join(folder(), 'store'));
    await writeRun(store, completedProgress);
    const name = { ...completedProgress, step: 'train', attempt: 2 };
    log = join(store.root, attemptPath(name), logPath);
    await mkdir(join(log, '..'), { recursive: true });
    await writeFile(log, 'first\n');
    await truncate(log, 1e9);
    await appendFile(log, '\nlast but one\nlast\n');
  });

  async function measure(
    redirect: string,
    ...flags: string[]
  ): Promise<{ stdout: string; megabytes: number }> {
    const words = [process.execPath, '--import', measured, main, 'logs', 'training-1', 'train', ...flags];
    const { stdout, stderr } = await promisify(execFile)(
      'bash',
      ['-c', `"$@" ${redirect}`, 'bash', ...words],
      {
        env: {
          PATH: process.env['PATH'],
          TEMPORAL_ADDRESS: '127.0.0.1:1',
          TEMPORAL_AZUREML_STORE: join(folder(), 'store'),
        },
      },
    );
    return { stdout, megabytes: Number(stderr.trimEnd().split('\n').at(-1)) / 1024 };
  }

  for (const [how, redirect] of [
    ['into a file', '> /dev/null'],
    ['into a pipe whose reader is slow', '| { sleep 1; wc -c; }'],
  ] as const)
    it(`is printed ${how} in bounded memory`, async function () {
      const few = await measure('> /dev/null', '--tail', '1');
      const { stdout, megabytes } = await measure(redirect);
      if (redirect.startsWith('|')) assert.equal(stdout.trim(), String(1e9 + 19));
      this.test!.title += ` (measured: ${megabytes.toFixed(0)} MB, of one line ${few.megabytes.toFixed(0)} MB)`;
      assert.ok(megabytes < few.megabytes + 40, `${megabytes} MB`);
    });

  it('has its last lines found from its end', async function () {
    const began = performance.now();
    const { stdout, megabytes } = await measure('', '--tail', '2');
    this.test!.title += ` (measured: ${((performance.now() - began) / 1000).toFixed(1)} s, ${megabytes.toFixed(0)} MB)`;
    assert.equal(stdout, 'last but one\nlast\n');
  });
});
