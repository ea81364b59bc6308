import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readContent } from '../../report/content.ts';
import { writeReport } from '../../report/file.ts';
import { renderRun } from '../../report/run.ts';
import { openStore, type FileStore } from '../../store/file.ts';
import type { Progress } from '../../workflows/messages.ts';
import { useFolder } from '../folder.ts';
import { completed, failed, leaveAttempt, leaveCompleted, running } from './left.ts';
import { readSections } from './page.ts';

const tags = (page: string): Set<string> =>
  new Set([...page.matchAll(/<[a-z][^\s/>]*/g)].map(([tag]) => tag));

describe('the report of a run', () => {
  const folder = useFolder();
  let store: FileStore;
  before(async () => {
    store = await openStore(join(folder(), 'store'));
    await leaveCompleted(store);
  });

  const render = async (progress: Progress, goesOn = false): Promise<Record<string, string[]>> =>
    readSections(
      renderRun(await readContent(store, progress), {
        state: progress.state,
        goesOn,
        now: new Date('2026-11-23T08:34:00.000Z'),
        url: 'http://ui/run',
        versions: { project: '0.1.0', node: 'v24.21.0', sdk: '1.24.0' },
      }),
    );

  it('has everything of a run that has ended well', async () => {
    assert.deepEqual(await render(completed), {
      '': [
        'training-2',
        '✓ completed in 1m 10s',
        'A run of training on target local, started 2026-11-23 08:32:48 UTC by kim@laptop. Temporal Web UI',
      ],
      Result: [
        'Metrics',
        'mse | 4150.680189329983',
        'r2 | 0.19057346847560164',
        'rows.train | 353',
        'rows.test | 89',
        'Model',
        'name | diabetes',
        'version | 3',
        'place | file:///registry/diabetes/3',
        'fig.svg, drawn by train',
      ],
      Steps: [
        'data_X',
        'model_dir',
        'prep_data',
        '✓ reused from training-1',
        'train',
        '✓ done · 1m 02s · attempt 2',
        'register_model',
        '✓ done · 0.3s',
        'Arrows name the outputs a step reads.',
        'Each step, how long its own command took, and why it ran',
        'Step | State | Why',
        'prep_data | ✓ done | reused from run training-1: same code, data and parameters',
        'train | ✓ done 1m 02s',
        'attempt 2 | test_size 0.3 → 0.2',
        'register_model | ✓ done 0.3s | always runs (is_deterministic: false)',
        '2 attempts of train',
        'Attempt | State | How it ended',
        '1 | ✗ failed 1.5s | killed by SIGKILL, out of memory',
        '2 | ✓ done 1m 02s | ',
      ],
      Parameters: [
        'What the run was given',
        'data | diabetes.csv',
        `sha256:${'3b27'.repeat(16)}`,
        'test_size | 0.2',
        'model_name | diabetes',
      ],
      Logs: [
        'prep_data last line, in run training-1',
        'Prepared 442 rows: bmi',
        'train last line',
        'Mean squared error: 4150.680189329983',
        'register_model printed nothing',
      ],
      'Where it comes from': [
        'Versions and places',
        'Temporal Web UI | http://ui/run',
        'execution | e2',
        'code snapshot | sha256:abc',
        'environment of prep_data, train, register_model | node v24.21.0, packages 3f2a9c01 on laptop',
        `record | ${store.uri}/runs/training-2/e2/run.json`,
        'written with | temporal-azureml 0.1.0, Node v24.21.0, Temporal SDK 1.24.0',
      ],
    });
  });

  it('says at its head how a step failed, with the last lines it printed', async () => {
    const { '': head, Result, Steps, Logs } = await render(failed);
    assert.deepEqual(head!.slice(1), [
      '✗ failed in 1m 10s',
      'A run of training on target local, started 2026-11-23 08:32:48 UTC by kim@laptop. Temporal Web UI',
      'train failed: killed by SIGKILL, out of memory',
      'epoch 1',
      'epoch 2',
    ]);
    assert.deepEqual(Result, ['Nothing is measured, and no model is registered.']);
    assert.deepEqual(Steps!.slice(-3), [
      'prep_data | ✓ done | reused from run training-1: same code, data and parameters',
      'train | ✗ failed | killed by SIGKILL, out of memory',
      'register_model | · waiting | ',
    ]);
    assert.deepEqual(Logs, ['prep_data no log is in the store', 'train no log is in the store']);
  });

  it('says who decided what, and what the run waits for', async () => {
    const at = '2026-11-23T08:33:00.000Z';
    const { '': decided } = await render({
      ...completed,
      rerunOf: 'training-1',
      approval: { decision: 'rejected', by: 'ana@desk', reason: 'r2 is too low', at },
      cancellation: { by: 'kim@laptop', reason: '' },
    });
    assert.deepEqual(decided!.slice(2), [
      'A run of training on target local, started 2026-11-23 08:32:48 UTC by kim@laptop. It goes on from run training-1. Temporal Web UI',
      'Rejected by ana@desk at 2026-11-23 08:33:00 UTC: r2 is too low',
      'Cancelled by kim@laptop',
    ]);
    const { '': held } = await render(
      {
        ...running,
        state: 'awaiting approval',
        pause: { by: 'ana@desk', reason: 'lunch', at },
        hold: { kind: 'approval', step: 'register_model', since: at, deadline: '2026-11-25T08:33:00.000Z' },
      },
      true,
    );
    assert.deepEqual(
      [held![1], ...held!.slice(3)],
      [
        '· awaiting approval for 1m 12s so far',
        'The run goes on. This is how it stood at 2026-11-23 08:34:00 UTC.',
        'register_model waits for approval since 2026-11-23 08:33:00 UTC, until 2026-11-25 08:33:00 UTC',
        'Pause asked for by ana@desk at 2026-11-23 08:33:00 UTC: lunch',
      ],
    );
  });

  it('of a run that goes on counts the time so far, and guesses what comes next', async () => {
    const { '': head, Steps } = await render(running, true);
    assert.equal(head![1], '… running for 1m 12s so far');
    assert.deepEqual(Steps!.slice(0, 7), [
      'prep_data',
      '✓ reused from training-1',
      'train',
      '… running · 1m 04s',
      'register_model',
      '· waiting',
      'Dashed arrows only say what comes next.',
    ]);
  });

  it('shows the last thirty lines of a log', async () => {
    const run = {
      ...completed,
      runId: 'training-3',
      steps: [{ name: 'train', state: 'done' as const, attempt: 1 }],
    };
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const name = { runId: 'training-3', executionId: 'e2', step: 'train', attempt: 1 };
    await leaveAttempt(store, name, {}, { 'user_logs/std_log.txt': lines.join('\n') });
    assert.deepEqual((await render(run))['Logs'], ['train last 30 lines', ...lines.slice(-30)]);
  });

  it('lets nothing through that a step, a parameter or a model brings along', async () => {
    const evil = '</pre><script>alert(1)</script><img src=x onerror=alert(2)>"\'';
    const run: Progress = {
      ...completed,
      runId: evil,
      startedBy: evil,
      failure: evil,
      parameters: { [evil]: evil, data: `data/${'a'.repeat(64)}/${evil}` },
      metrics: { [evil]: evil, nested: { list: [evil] } },
      model: { name: evil, version: 1, uri: `javascript:${evil}` },
      cancellation: { by: evil, reason: evil },
      steps: [
        { name: evil, state: evil as 'done', attempt: 2, reused: evil, reason: evil },
        { name: 'b', state: 'failed', attempt: 1, failure: { message: evil, signal: evil, logTail: [evil] } },
      ],
    };
    const name = { runId: evil, executionId: 'e2', step: evil, attempt: 2 };
    const parts = { component: evil, code: {}, environment: evil, inputs: {} };
    const files = { 'user_logs/std_log.txt': evil, 'outputs/"onerror=alert(3).png': evil };
    await leaveAttempt(store, name, { parts, host: evil }, files);
    const page = await readFile(await writeReport(store, run, { url: `http://ui/${evil}` }), 'utf8');
    const own = await readFile(await writeReport(store, completed, { url: 'http://ui/run' }), 'utf8');
    assert.deepEqual(
      [...tags(page)].filter((tag) => !tags(own).has(tag)),
      ['<div', '<strong'],
    );
    assert.ok(!page.includes('<script') && !/<[^>]*\son\w+=/.test(page.replaceAll(/"[^"]*"/g, '""')));
    assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
    assert.ok(!page.includes('href="javascript:'));
  });
});
