import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptPath } from '../../store/attempt.ts';
import { keptLogsPath } from '../../store/log.ts';
import { cancelRunSignal } from '../../workflows/messages.ts';
import { usePipeline } from '../pipeline.ts';
import { quickScripts, type TrainingHandle } from '../project.ts';
import { until } from '../until.ts';
import { runClient, startClient, type Ended } from './command.ts';

/** Waits for a file of the run. */
const gate = (name: string): string => `until [ -e "$project/${name}.$run" ]; do sleep 0.02; done`;

describe('logs', () => {
  const prep_data = `${quickScripts.prep_data}; echo prepared; printf 'caf\\303\\251 \\377'`;
  const pipeline = usePipeline({ prep_data });
  let env: NodeJS.ProcessEnv;
  const client = (...args: string[]): Promise<Ended> => runClient(args, env);

  const preamble = (): string =>
    `project='${pipeline().root}'; run="\${TEMPORAL_AZUREML_ATTEMPT%%~*}"; attempt="\${TEMPORAL_AZUREML_ATTEMPT%~*}"; attempt="\${attempt##*~}"\n`;

  before(() => {
    env = {
      TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
      TEMPORAL_CONFIG_FILE: process.env['TEMPORAL_CONFIG_FILE'],
      TEMPORAL_AZUREML_STORE: pipeline().store.root,
    };
  });

  /** Starts the client, and waits until its stdout is as expected. */
  async function follow(...args: string[]) {
    const { child, ended } = startClient(args, env);
    let text = '';
    child.stdout!.on('data', (part: string) => (text += part));
    return { child, ended, shows: (wanted: string) => until(() => text === wanted) };
  }

  const touch = ({ workflowId }: TrainingHandle, name: string): Promise<void> =>
    writeFile(join(pipeline().root, `${name}.${workflowId}`), '');

  describe('of a run that has ended', () => {
    let id: string;
    let reused: string;
    before(async () => {
      await pipeline().writeScripts({ ...quickScripts, prep_data, train: `${quickScripts.train}; seq 1 5` });
      const handle = await pipeline().start();
      await handle.result();
      id = handle.workflowId;
      const again = await pipeline().start();
      await again.result();
      reused = again.workflowId;
    });

    it('are the last log in which there is something, which is said on stderr', async () => {
      assert.deepEqual(await client('logs', id), {
        code: 0,
        stdout: '1\n2\n3\n4\n5\n',
        stderr: '--- train, attempt 1 ---\n',
      });
    });

    it('are the log of the step that is named, from its end on request', async () => {
      assert.deepEqual(await client('logs', id, 'train', '--tail', '2'), {
        code: 0,
        stdout: '4\n5\n',
        stderr: '',
      });
    });

    it('end at once with --follow', async () => {
      const { code, stdout } = await client('logs', id, 'train', '-f', '--tail', '1');
      assert.deepEqual([code, stdout], [0, '5\n']);
    });

    it('are of the run whose result was taken', async () => {
      assert.deepEqual(
        await client('logs', reused, 'prep_data', '-o', 'json').then(({ stdout }) => JSON.parse(stdout)),
        {
          runId: reused,
          executionId: JSON.parse((await client('show', reused, '-o', 'json')).stdout).executionId,
          step: 'prep_data',
          attempt: 1,
          reused: id,
          path: JSON.parse((await client('logs', id, 'prep_data', '-o', 'json')).stdout).path,
          live: false,
          size: 16,
        },
      );
    });

    it('are there without Temporal', async () => {
      const away = { ...env, TEMPORAL_ADDRESS: '127.0.0.1:1' };
      const { code, stdout } = await runClient(['logs', id, 'train'], away);
      assert.deepEqual([code, stdout], [0, '1\n2\n3\n4\n5\n']);
    });

    it('that are not there are refused: a step, an attempt, a wrong number', async () => {
      const refusals = [
        [
          ['logs', id, 'nope'],
          `error: Run ${id} has no step nope.\nIt has prep_data, train, register_model.\n`,
        ],
        [
          ['logs', id, 'train', '--attempt', '2'],
          `error: train, attempt 2, has no log in run ${id}.\nnpm run client -- progress ${id} shows which steps have run.\n`,
        ],
        [['logs', id, '--tail', 'x'], 'error: --tail must be a whole number from 0 on, not x.\n'],
        [['logs', id, '--attempt', '0'], 'error: --attempt must be a whole number from 1 on, not 0.\n'],
      ] as const;
      for (const [args, stderr] of refusals)
        assert.deepEqual(await client(...args), { code: 2, stdout: '', stderr });
    });
  });

  it('are seen within a second while the step runs, and followed through attempts and steps to the end', async function () {
    await pipeline().writeScripts({
      train: `${preamble()} echo "attempt $attempt"; ${gate('go')}; echo "$(date +%s%3N)"; [ $attempt = 2 ] || exit 75; ${gate('end')}; ${quickScripts.train}`,
      register_model: `${quickScripts.register_model}; echo registered`,
    });
    const handle = await pipeline().start();
    const { workflowId: id } = handle;
    await until(async () => (await client('logs', id, 'train')).stdout === 'attempt 1\n');
    const { child, ended } = startClient(['logs', id, '--follow'], env);
    let text = '';
    const delays: number[] = [];
    child.stdout!.on('data', (part: string) => {
      text += part;
      const [time] = /^\d{13}$/m.exec(part) ?? [];
      if (time !== undefined) delays.push(Date.now() - Number(time));
    });
    await until(() => text === 'attempt 1\n');
    await touch(handle, 'go');
    await until(() => delays.length === 2);
    await touch(handle, 'end');
    await handle.result();
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0, stderr);
    assert.equal(
      stderr,
      '--- train, attempt 1 ---\n--- train, attempt 2 ---\n--- register_model, attempt 1 ---\n',
    );
    assert.equal(stdout.replaceAll(/\d{13}/g, 'T'), 'attempt 1\nT\nattempt 2\nT\nregistered\n');
    this.test!.title += ` (measured: ${delays.join(' and ')} ms)`;
    assert.ok(Math.max(...delays) < 1000, String(delays));
    const first = await client('logs', id, 'train', '--attempt', '1');
    assert.match(first.stdout, /^attempt 1\n\d{13}\n$/);
  });

  it('of a step that is named are followed to its end, and Ctrl-C leaves them', async () => {
    await pipeline().writeScripts({
      train: `${preamble()} echo begun; ${gate('go')}; ${quickScripts.train}; echo trained`,
      register_model: `${preamble()} ${gate('register')}; ${quickScripts.register_model}`,
    });
    const handle = await pipeline().start();
    const { workflowId: id } = handle;
    const left = await follow('logs', id, 'train', '-f');
    const stays = await follow('logs', id, 'train', '-f');
    await left.shows('begun\n');
    left.child.kill('SIGINT');
    assert.deepEqual(await left.ended, {
      code: 130,
      stdout: 'begun\n',
      stderr: `--- train, attempt 1 ---\nThe run goes on. To see its logs again: npm run client -- logs ${id} --follow\n`,
    });
    await stays.shows('begun\n');
    await touch(handle, 'go');
    const { code, stdout } = await stays.ended;
    assert.deepEqual([code, stdout], [0, 'begun\ntrained\n']);
    assert.equal((await handle.describe()).status.name, 'RUNNING');
    await touch(handle, 'register');
    await handle.result();
  });

  it('of a step that was cancelled stay, where logs, show and download find them', async () => {
    await pipeline().writeScripts({ train: 'echo epoch 1; sleep 600' });
    const handle = await pipeline().start();
    const { workflowId: runId, firstExecutionRunId: executionId } = handle;
    const { ended, shows } = await follow('logs', runId, 'train', '--follow');
    await shows('epoch 1\n');
    await handle.signal(cancelRunSignal, { by: 'ann', reason: 'enough' });
    await assert.rejects(handle.result());
    const followed = await ended;
    assert.deepEqual([followed.code, followed.stdout], [0, 'epoch 1\n']);
    assert.equal((await client('logs', runId, 'train')).stdout, 'epoch 1\n');
    const name = { runId, executionId, step: 'train', attempt: 1 };
    const { artefacts } = JSON.parse((await client('show', runId, '-o', 'json')).stdout) as {
      artefacts: { step: string; path: string }[];
    };
    const [{ path } = { path: '' }] = artefacts.filter(({ step }) => step === 'train');
    assert.ok(path.startsWith(join(pipeline().store.root, keptLogsPath(name))), path);
    const to = join(pipeline().root, 'copied');
    const { stdout } = await client('download', runId, 'train', '--to', to);
    assert.match(stdout, /^.*\/copied\/train\/user_logs\/[\w-]+\.txt\n$/);
    assert.equal(await readFile(stdout.trim(), 'utf8'), 'epoch 1\n');
    await assert.rejects(readFile(join(pipeline().store.root, attemptPath(name), 'record.json')));
  });
});
