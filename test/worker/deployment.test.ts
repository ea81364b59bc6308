import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { runClient, type Ended } from '../client/command.ts';
import { useFolder } from '../folder.ts';
import { openProject, quickScripts, startRun, type Project } from '../project.ts';
import { until } from '../until.ts';
import { startWorkerProcess, type WorkerProcess } from '../worker.ts';

describe('builds of the workflow code', () => {
  const folder = useFolder();
  let project: Project;
  let client: Client;
  let env: NodeJS.ProcessEnv;
  const workers: WorkerProcess[] = [];
  const command = (...args: string[]): Promise<Ended> => runClient(['deployment', ...args], env);
  const startBuild = async (build: string): Promise<WorkerProcess> => {
    const worker = await startWorkerProcess(folder(), {
      ...process.env,
      ...env,
      TEMPORAL_AZUREML_BUILD_ID: build,
      TEMPORAL_AZUREML_DRAIN: '0',
    });
    workers.push(worker);
    return worker;
  };

  before(async () => {
    const [started, go] = [join(folder(), 'started'), join(folder(), 'go')];
    const wait = `touch ${started}; until [ -e ${go} ]; do sleep 0.05; done`;
    project = await openProject(folder(), {
      ...quickScripts,
      prep_data: `${wait}; ${quickScripts.prep_data}`,
    });
    env = {
      TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
      TEMPORAL_CONFIG_FILE: process.env['TEMPORAL_CONFIG_FILE'],
      TEMPORAL_AZUREML_STORE: project.store.root,
    };
    client = new Client({
      connection: await Connection.connect({ address: process.env['TEMPORAL_ADDRESS']! }),
    });
  });
  after(async () => {
    for (const worker of workers) worker.signal('SIGKILL');
    await client.connection.close();
  });

  it('list and set-current say what there is and what is missing', async () => {
    assert.deepEqual(await command('list'), {
      code: 0,
      stdout: '',
      stderr: 'No worker of this store has a build id: every worker takes every run.\n',
    });
    assert.deepEqual(await command('set-current', 'A'), {
      code: 2,
      stdout: '',
      stderr:
        'error: No worker has served this store with build A.\nStart one: TEMPORAL_AZUREML_BUILD_ID=A npm run worker\n',
    });
  });

  it('a run that began under build A goes on under build B when that is current and A has stopped', async () => {
    const a = await startBuild('A');
    await until(async () => (await command('list')).stdout.startsWith('A\tinactive\t'));
    assert.deepEqual(await command('set-current', 'A'), { code: 0, stdout: 'A is current\n', stderr: '' });
    const run = await startRun(client, project);
    await until(() => existsSync(join(folder(), 'started')));

    const b = await startBuild('B');
    assert.match(
      b.said(),
      /^build B: it takes runs once it is current: node \S+\/client\/main\.ts deployment set-current B\n/,
    );
    await until(async () => (await command('list')).stdout.startsWith('B\tinactive\t'));
    assert.deepEqual(await command('set-current', 'B', '-o', 'jsonl'), {
      code: 0,
      stdout: '{"current":"B","before":"A"}\n',
      stderr: 'Runs of build A go on there: its workers can be stopped.\n',
    });
    a.signal('SIGTERM');
    assert.equal(await a.ended, 0);
    await writeFile(join(folder(), 'go'), '');
    const { state, steps } = await run.result();
    assert.equal(state, 'completed');
    assert.deepEqual(
      steps.map((step) => step.state),
      ['done', 'done', 'done'],
    );
    const { raw } = await run.describe();
    assert.equal(raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId, 'B');
    const { stdout } = await command('list');
    assert.match(stdout, /^B\tcurrent\t.*\nA\tdrain(ing|ed)\t.*\n$/);
  });

  it('a run that began without builds goes on under one, and back', async () => {
    await command('set-current', '--unversioned');
    for (const worker of workers) worker.signal('SIGKILL');
    for (const step of ['C', '--unversioned']) {
      await rm(join(folder(), 'started'));
      await rm(join(folder(), 'go'));
      const before = await startBuild(step === 'C' ? '' : 'C');
      const run = await startRun(client, project, { input: { forceRerun: true } });
      await until(() => existsSync(join(folder(), 'started')));
      await startBuild(step === 'C' ? 'C' : '');
      if (step === 'C') await until(async () => (await command('list')).stdout.startsWith('C\tinactive\t'));
      const { code, stderr } = await command('set-current', step);
      assert.equal(code, 0, stderr);
      before.signal('SIGKILL');
      await writeFile(join(folder(), 'go'), '');
      assert.equal((await run.result()).state, 'completed');
    }
  });
});
