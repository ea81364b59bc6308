import assert from 'node:assert/strict';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useFolder } from '../folder.ts';
import { useWorker } from '../worker.ts';
import { runClient, startClient, type Ended, environmentIn } from './command.ts';

const root = join(import.meta.dirname, '..', '..');

interface Summary {
  runId: string;
  state: string;
  hold: { kind: string; step: string } | null;
  approval: { decision: string; by: string; reason: string } | null;
  model: { version: number } | null;
  steps: { name: string; attempt: number; reused: string | null; reason: string }[];
}

describe('the client and a run that waits', () => {
  const folder = useFolder();
  let env: NodeJS.ProcessEnv;
  const client = (...args: string[]): Promise<Ended> => runClient(args, env);
  const prefix = `hold-${process.pid}-${Date.now().toString(36)}`;

  before(() => {
    env = environmentIn(folder());
  });
  useWorker(root, () => env);

  /** Starts a run, and resolves when it has said these words. */
  async function startUntil(words: string, args: string[]): Promise<{ ended: Promise<Ended> }> {
    const { child, ended } = startClient(['start', '--watch', ...args], env);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout!.on('data', (text: string) => {
        said += text;
        if (said.includes(words)) resolve();
      });
      void ended.then((how) => reject(new Error(`it ended before it said ${words}: ${JSON.stringify(how)}`)));
    });
    return { ended };
  }

  it('approve lets it register, and who and why are in the run and in what watch says', async () => {
    const id = `${prefix}-approved`;
    const watched = await startUntil('waits for approval', ['--id', id, '--approve-if', 'r2 >= 0.9']);
    const held = await client('progress', id, '-o', 'json');
    const { state, hold, model } = JSON.parse(held.stdout) as Summary;
    assert.deepEqual([state, hold?.step, model], ['awaiting approval', 'register_model', null]);
    const approved = await client('approve', id, '--reason', 'good enough');
    // A quick register_model may be over by the time the run is asked again.
    assert.equal(approved.code, 0, approved.stderr);
    assert.match(approved.stdout, new RegExp(`^${id} (running|completed)\n$`));
    const ended = await watched.ended;
    assert.equal(ended.code, 0, ended.stderr);
    assert.ok(
      changes(ended, id).some((line) =>
        /^register_model waits for approval: mse 4150\.68\d+, r2 0\.19\d+, intercept 152\.\d+$/.test(line),
      ),
      ended.stdout,
    );
    assert.match(ended.stdout, /^approved by \S+: good enough$/m);
    const shown = JSON.parse((await client('show', id, '-o', 'json')).stdout) as Summary;
    assert.deepEqual([shown.approval?.decision, shown.approval?.reason], ['approved', 'good enough']);

    const late = await client('reject', id);
    assert.deepEqual([late.code, late.stderr.split('\n')[0]], [1, `error: Run ${id} has ended: completed.`]);
  });

  it('reject ends it, exit code 1, and nothing is registered', async () => {
    const id = `${prefix}-rejected`;
    const watched = await startUntil('waits for approval', ['--id', id, '--require-approval']);
    const tooSoon = await client('resume', id);
    assert.deepEqual(
      [tooSoon.code, tooSoon.stderr],
      [
        1,
        `error: Run ${id} is not paused: it is awaiting approval.\nnpm run client -- watch ${id} shows what it does.\n`,
      ],
    );
    const rejected = await client('reject', id, '--reason', 'worse than version 3', '-o', 'json');
    assert.equal(rejected.code, 0, rejected.stderr);
    const ended = await watched.ended;
    assert.equal(ended.code, 1);
    assert.match(ended.stdout, /^register_model was rejected by \S+: worse than version 3$/m);
  });

  it('pause holds it before the next step, until resume', async () => {
    const id = `${prefix}-paused`;
    const watched = await startUntil('waits for approval', ['--id', id, '--require-approval']);
    const paused = await client('pause', id, '--reason', 'lunch');
    assert.deepEqual(
      [paused.code, paused.stderr],
      [0, `To decide: npm run client -- approve ${id} (or reject)\n`],
    );
    const approved = await client('approve', id);
    assert.match(approved.stdout, new RegExp(`^${id} paused before register_model by \\S+: lunch\n$`));
    const resumed = await client('resume', id);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stdout, new RegExp(`^${id} (running|completed)\n$`));
    const ended = await watched.ended;
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
  });

  it('retry tries the failed step again with another parameter, and refuses one that a kept step has used', async () => {
    const id = `${prefix}-retried`;
    const watched = await startUntil('waits at train, which failed', [
      '--id',
      id,
      '--on-failure',
      'wait',
      '--test-size',
      '0.99999',
    ]);
    const refused = await client('retry', id, '--features', 'age');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /refuses: features was used by prep_data already/);
    const retried = await client('retry', id, '--test-size', '0.3');
    assert.equal(retried.code, 0, retried.stderr);
    assert.match(retried.stdout, new RegExp(`^${id} (running|completed)\n$`));
    const ended = await watched.ended;
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, /^Mean squared error: {2}3921\.372/m);
  });

  it('rerun keeps what is still valid, says why the rest runs', async () => {
    const failed = `${prefix}-failed`;
    const first = await client('start', '--watch', '--id', failed, '--test-size', '0.99999');
    assert.equal(first.code, 1);
    const again = await client('rerun', failed, '--test-size', '0.3', '--watch', '-o', 'json');
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, new RegExp(`^from run ${failed}: prep_data kept where still valid\n`));
    const { steps } = JSON.parse(again.stdout) as Summary;
    assert.deepEqual(
      steps.map(({ name, reused }) => [name, reused !== null]),
      [
        ['prep_data', true],
        ['train', false],
        ['register_model', false],
      ],
    );
    const executions = await readdir(join(folder(), 'store', 'runs', failed));
    const forgotten = `${prefix}-forgotten`;
    await cp(join(folder(), 'store', 'runs', failed), join(folder(), 'store', 'runs', forgotten), {
      recursive: true,
    });
    const record = join(folder(), 'store', 'runs', forgotten, executions[0]!, 'run.json');
    const written = JSON.parse(await readFile(record, 'utf8')) as Summary;
    await writeFile(record, JSON.stringify({ ...written, runId: forgotten }));
    const remembered = await client('rerun', forgotten, '--test-size', '0.3', '--watch', '-o', 'json');
    assert.equal((JSON.parse(remembered.stdout) as Summary).state, 'completed', remembered.stderr);
    const missing = await client('rerun', 'nope');
    assert.equal(missing.code, 2);
    const step = await client('rerun', failed, '--from', 'tidy');
    assert.deepEqual(
      [step.code, step.stderr],
      [2, 'error: There is no step tidy.\nThe steps are prep_data, train, register_model.\n'],
    );
  });

  for (const [name, args, message] of [
    [
      'both ways of approval',
      ['--require-approval', '--approve-if', 'r2 > 0'],
      '--require-approval and --approve-if contradict each other.',
    ],
    [
      'a condition that is none',
      ['--approve-if', 'good'],
      '--approve-if must compare a metric with a number, not good.',
    ],
    [
      'a time-out for nothing',
      ['--approval-timeout', '2d'],
      'A time-out for the approval needs something that asks for it.',
    ],
    [
      'an end of no time-out',
      ['--require-approval', '--on-timeout', 'approve'],
      '--on-timeout approve needs --approval-timeout.',
    ],
    ['no attempts', ['--max-attempts', '0'], '--max-attempts must be a whole number from 1 to 9999, not 0.'],
  ] as const)
    it(`start refuses ${name}`, async () => {
      const { code, stderr } = await client('start', ...args);
      assert.deepEqual([code, stderr.split('\n')[0]], [2, `error: ${message}`]);
    });
});

/** The lines of a watch, without times and run ids. */
const changes = ({ stdout }: Ended, runId: string): string[] =>
  stdout
    .split('\n')
    .filter((line) => /^\d{4}-\d\d-\d\dT/.test(line))
    .map((line) => line.slice(25).replace(`${runId} `, ''));
