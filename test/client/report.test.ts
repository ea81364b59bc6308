import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { progressQuery } from '../../workflows/messages.ts';
import { usePipeline } from '../pipeline.ts';
import { readSections } from '../report/page.ts';
import type { TrainingHandle } from '../project.ts';
import { until } from '../until.ts';
import { runClient, type Ended } from './command.ts';

describe('show --web', () => {
  const pipeline = usePipeline();
  const client = (args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    runClient(args, {
      TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
      TEMPORAL_UI_URL: 'http://ui',
      TEMPORAL_AZUREML_STORE: pipeline().store.root,
      ...env,
    });
  let handle: TrainingHandle;
  let folder: string;

  before(async () => {
    await pipeline().writeScripts({
      train: `echo epoch 1; until [ -e ${pipeline().root}/go ]; do sleep 0.05; done; echo "{\\"r2\\": $2}" > outputs/metrics.json; echo m > "$1/m"`,
    });
    handle = await pipeline().start();
    folder = join(pipeline().store.root, 'runs', handle.workflowId, handle.firstExecutionRunId);
    await until(async () => (await handle.query(progressQuery)).steps[1]?.state === 'running');
  });

  it('of a run that goes on writes how it stands, and says how to open it where there is no display', async () => {
    const path = join(folder, 'report-so-far.html');
    const { code, stdout, stderr } = await client(['show', handle.workflowId, '--web']);
    assert.deepEqual(
      [code, stdout, stderr],
      [
        0,
        `${path}\n`,
        `Not opened: there is no display. Open it in a browser: ${pathToFileURL(path).href}\n`,
      ],
    );
    assert.match(await readFile(path, 'utf8'), /The run goes on\. This is how it stood at /);
    const show = JSON.parse((await client(['show', handle.workflowId, '-o', 'json'])).stdout) as {
      report: null;
    };
    assert.equal(show.report, null);
  });

  it('of a run that has ended opens the report the worker has left beside the record', async () => {
    await writeFile(join(pipeline().root, 'go'), '');
    await handle.result();
    const path = join(folder, 'report.html');
    assert.match(
      await readFile(path, 'utf8'),
      new RegExp(`<a href="http://ui/namespaces/default/workflows/${handle.workflowId}/.*/history"`),
    );
    const [opener, opened] = await writeOpener('echo "$1" > "$0.opened"');
    const { code, stdout, stderr } = await client(['show', handle.workflowId, '--web'], opener);
    assert.deepEqual([code, stdout, stderr], [0, `${path}\n`, '']);
    assert.equal(await readFile(opened, 'utf8'), `${path}\n`);
  });

  it('says when the opener has failed, and where the report is', async () => {
    const [opener] = await writeOpener('exit 3');
    const { code, stderr } = await client(['show', handle.workflowId, '--web', '-o', 'json'], opener);
    assert.equal(code, 0);
    assert.match(
      stderr,
      /^Not opened: \S+ ended with exit code 3\. Open it in a browser: file:\/\/.*\/report\.html\n$/,
    );
  });

  it('writes the report where it is missing; show and watch name it', async () => {
    const path = join(folder, 'report.html');
    const show = await client(['show', handle.workflowId]);
    assert.ok(show.stdout.includes(`\nArtefacts\n  ${path}\n`), show.stdout);
    const watch = await client(['watch', handle.workflowId]);
    assert.ok(watch.stderr.startsWith(`Report  ${path}\n`), watch.stderr);
    await rm(path);
    const { stdout } = await client(['show', handle.workflowId, '--web', '-o', 'jsonl']);
    assert.equal((JSON.parse(stdout) as { report: string }).report, path);
    assert.ok(existsSync(path));
  });

  it('has a report to open of a run that failed, and of one that was cancelled', async () => {
    await pipeline().writeScripts({ train: 'echo out of rows; exit 7' });
    const failed = await pipeline().start();
    await assert.rejects(failed.result());
    await pipeline().writeScripts({ train: 'sleep 60' });
    const cancelled = await pipeline().start();
    await until(async () => (await cancelled.query(progressQuery)).steps[1]?.state === 'running');
    await cancelled.cancel();
    await assert.rejects(cancelled.result());
    const heads: string[][] = [];
    for (const { workflowId } of [failed, cancelled]) {
      const { stdout } = await client(['show', workflowId, '--web']);
      heads.push(readSections(await readFile(stdout.trimEnd(), 'utf8'))['']!);
    }
    assert.match(heads[0]![1]!, /^✗ failed in /);
    assert.deepEqual(heads[0]!.slice(3), ['train failed: exit code 7: out of rows', 'out of rows']);
    assert.match(heads[1]![1]!, /^– cancelled in /);
  });

  it('of a run nobody can tell about says what is missing', async () => {
    const store = join(pipeline().root, 'other-store');
    const waiting = await client(['start', '--id', `${handle.workflowId}-waiting`], {
      TEMPORAL_AZUREML_STORE: store,
    });
    assert.equal(waiting.code, 0, waiting.stderr);
    const { code, stdout, stderr } = await client(['show', `${handle.workflowId}-waiting`, '--web'], {
      TEMPORAL_AZUREML_STORE: store,
    });
    assert.deepEqual([code, stdout], [5, '']);
    assert.match(stderr, /^error: There is no report of run .*: no worker is polling queue .*\n/);
    await pipeline().client.workflow.getHandle(`${handle.workflowId}-waiting`).terminate();
  });

  /** A desktop whose opener does this; returns its environment and the file its script may write. */
  async function writeOpener(script: string): Promise<[NodeJS.ProcessEnv, string]> {
    const bin = join(pipeline().root, 'bin');
    const name = process.platform === 'darwin' ? 'open' : 'xdg-open';
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const env = { DISPLAY: ':0', PATH: [bin, process.env['PATH']].join(delimiter) };
    return [env, join(bin, `${name}.opened`)];
  }
});
