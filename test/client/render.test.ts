import assert from 'node:assert/strict';
import { renderChanges } from '../../client/changes.ts';
import { createReporter } from '../../client/reporter.ts';
import { createScreen, renderBlock, renderOutcome } from '../../client/render.ts';
import { openSession } from '../../client/session.ts';
import { trainingPipeline } from '../../pipelines/pipeline.ts';
import { describeAge, renderTable } from '../../client/table.ts';
import { summarizeRun, type RunView } from '../../client/view.ts';
import { parseDuration } from '../../client/duration.ts';
import { formatSeconds } from '../../report/time.ts';
import { fakeIO } from './io.ts';
import { completedProgress, runningProgress, viewOf } from './run.ts';

const plain = (_style: unknown, text: string): string => text;
const now = new Date('2026-11-23T08:34:00.000Z');

const lastLine = (state: 'running' | 'cancelling', interrupt: 'cancels' | 'nothing'): string | undefined =>
  renderBlock(viewOf({ ...runningProgress, state }), plain, now, 100, interrupt).at(-1);

const trainingAt = (fraction: number): RunView =>
  viewOf(runningProgress, { details: { train: { detail: `${fraction * 1000}/1000 rows`, fraction } } });

describe('client/render', () => {
  it('shows a running run as a block: state, steps with sign, word, time and reason, how to stop it', () => {
    const view = viewOf(runningProgress, { details: { train: { detail: 'epoch 3' } } });
    assert.deepEqual(renderBlock(view, plain, now, 100), [
      'training-1   running   1m 12s',
      '  ✓ prep_data       reused            same code, data and parameters as run training-0',
      '  … train           running  1m 04s   epoch 3, attempt 2',
      '  · register_model  waiting',
      'Ctrl-C leaves the run going. To stop it: npm run client -- cancel training-1',
    ]);
  });

  it('shows how far a step is as a bar, which is full only at its end', () => {
    const bars = [0, 0.429, 0.999, 1].map((fraction) => {
      const view = viewOf(runningProgress, { details: { train: { detail: '42/98 rows', fraction } } });
      return renderBlock(view, plain, now, 100)[2]!.slice(38);
    });
    assert.deepEqual(bars, [
      '░░░░░░░░░░   0%  42/98 rows, attempt 2',
      '████░░░░░░  42%  42/98 rows, attempt 2',
      '█████████░  99%  42/98 rows, attempt 2',
      '██████████ 100%  42/98 rows, attempt 2',
    ]);
  });

  it('shows how a step failed and as many of its last lines as there is room for, while the run goes on', () => {
    const failure = {
      message: 'train failed: killed by SIGKILL, out of memory',
      signal: 'SIGKILL',
      outOfMemory: true,
      logTail: ['one', 'two', 'three', 'four'],
    };
    const steps = runningProgress.steps.map((step) =>
      step.name === 'train' ? { ...step, state: 'failed' as const, seconds: 3, failure } : step,
    );
    assert.deepEqual(renderBlock(viewOf({ ...runningProgress, steps }), plain, now, 100), [
      'training-1   running   1m 12s',
      '  ✓ prep_data       reused            same code, data and parameters as run training-0',
      '  ✗ train           failed   3.0s     killed by SIGKILL, out of memory, attempt 2',
      '  | two',
      '  | three',
      '  | four',
      '  · register_model  waiting',
      'Ctrl-C leaves the run going. To stop it: npm run client -- cancel training-1',
    ]);
  });

  it('says what Ctrl-C does where it cancels the run, and nothing where nobody waits for it', () => {
    assert.deepEqual(
      [lastLine('running', 'cancels'), lastLine('cancelling', 'cancels'), lastLine('running', 'nothing')],
      ['Ctrl-C cancels the run.', 'Ctrl-C leaves the run alone.', '  · register_model  waiting'],
    );
  });

  it('says of a cancelled run that it is not confirmed until it is', () => {
    const [head] = renderBlock(viewOf({ ...runningProgress, state: 'cancelling' }), plain, now, 100);
    assert.equal(head, 'training-1   cancel requested, not confirmed   1m 12s');
  });

  it('shows no more than eight lines, around the step that runs, and none wider than the terminal', () => {
    const steps = Array.from({ length: 30 }, (_, index) => ({
      name: `step_${index}`,
      state: index < 20 ? ('done' as const) : ('waiting' as const),
      attempt: 1,
      reason: 'a reason that is much longer than the terminal is wide',
    }));
    const block = renderBlock(viewOf({ ...runningProgress, steps }), plain, now, 40);
    assert.deepEqual(block, [
      'training-1   running   1m 12s',
      '  ✓ step_19  done              a reason…',
      '  · step_20  waiting           a reason…',
      '  · step_21  waiting           a reason…',
      '  · step_22  waiting           a reason…',
      '  · step_23  waiting           a reason…',
      '  25 more steps',
      'Ctrl-C leaves the run going. To stop it…',
    ]);
  });

  it('draws a block again where it was', () => {
    const io = fakeIO();
    const screen = createScreen(io);
    screen.draw(['one', 'two']);
    screen.draw(['three']);
    assert.equal(io.out(), '\u001B[2Kone\n\u001B[2Ktwo\n\u001B[J\u001B[2A\u001B[2Kthree\n\u001B[J');
  });

  it('writes one line with the time for each change, and nothing where there is none', () => {
    const before = viewOf(runningProgress);
    const time = '2026-11-23T08:34:00.000Z training-1';
    assert.deepEqual(renderChanges(undefined, before, now), [
      `${time} running`,
      `${time} prep_data reused: same code, data and parameters as run training-0`,
      `${time} train running, attempt 2`,
    ]);
    assert.deepEqual(
      renderChanges(before, { ...before, details: { train: { detail: 'epoch 4' } } }, now),
      [],
    );
    assert.deepEqual(renderChanges(before, viewOf(completedProgress), now), [
      `${time} train done 1m 02s: test_size 0.3 → 0.2, attempt 2`,
      `${time} register_model done 0.3s: always runs (is_deterministic: false)`,
      `${time} completed`,
    ]);
    const notice = 'no worker is polling queue q; start one: npm run worker';
    assert.deepEqual(renderChanges(before, { ...before, notice }, now), [`${time} ${notice}`]);
  });

  it('writes how far a step is at each tenth', () => {
    const said = [0.05, 0.1, 0.19, 0.32, 0.39].map((fraction, index, all) =>
      renderChanges(
        index === 0 ? viewOf(runningProgress) : trainingAt(all[index - 1]!),
        trainingAt(fraction),
        now,
      ),
    );
    const line = '2026-11-23T08:34:00.000Z training-1 train';
    assert.deepEqual(said, [[], [`${line} 10%: 100/1000 rows`], [], [`${line} 32%: 320/1000 rows`], []]);
  });

  it('writes how a step failed with its last lines where the run goes on', () => {
    const failure = { message: 'train failed: exit code 75: busy', exitCode: 75, logTail: ['one', 'busy'] };
    const steps = runningProgress.steps.map((step) =>
      step.name === 'train' ? { ...step, state: 'failed' as const, attempt: 1, seconds: 3, failure } : step,
    );
    const time = '2026-11-23T08:34:00.000Z training-1';
    assert.deepEqual(renderChanges(viewOf(runningProgress), viewOf({ ...runningProgress, steps }), now), [
      `${time} train failed 3.0s: exit code 75: busy`,
      `${time} train  | one`,
      `${time} train  | busy`,
    ]);
  });

  it('says as jsonl what a step is doing at most once a second, and only what is new', () => {
    let seconds = 0;
    const io = fakeIO({ now: () => new Date(now.getTime() + seconds * 1000) });
    const show = createReporter(openSession(io, trainingPipeline, { output: 'jsonl', color: 'never' }));
    for (const [time, fraction] of [
      [0, 0.101],
      [0.5, 0.12],
      [1, 0.131],
      [2.5, 0.139],
      [3, 0.15],
    ] as const) {
      seconds = time;
      show(viewOf(runningProgress, { details: { train: { detail: 'rows', fraction } } }));
    }
    const said = io
      .out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { time: string; steps: { fraction: number | null }[] })
      .map(({ time, steps }) => [time.slice(17, 23), ...steps.map(({ fraction }) => fraction)]);
    assert.deepEqual(said, [
      ['00.000', null, 0.101, null],
      ['01.000', null, 0.131, null],
      ['03.000', null, 0.15, null],
    ]);
  });

  it("ends with the two lines of the tutorial's script, the model, the figure and why each step ran", () => {
    assert.deepEqual(renderOutcome(viewOf(completedProgress), ['/store/fig.png']), [
      'Mean squared error:  4150.680189329983',
      'Coefficient of determination:  0.19057346847560164',
      'Model   diabetes version 3  file:///registry/diabetes/3',
      'Figure  /store/fig.png',
      'prep_data reused from run training-0: same code, data and parameters',
      'train ran: test_size 0.3 → 0.2',
      'register_model ran: always runs (is_deterministic: false)',
      'Temporal  http://ui/run',
    ]);
  });

  it('shows the last lines a failed step has printed', () => {
    const failure = { message: 'train failed: exit code 1', logTail: ['error: too few rows'] };
    const progress = {
      ...runningProgress,
      state: 'failed' as const,
      failure: failure.message,
      steps: [{ name: 'train', state: 'failed' as const, attempt: 1, failure }],
    };
    assert.deepEqual(renderOutcome(viewOf(progress), []), [
      'train failed: exit code 1',
      '  | error: too few rows',
      'Temporal  http://ui/run',
    ]);
  });

  it('summarizes a run for programs, with the overhead apart from the time of the steps', () => {
    const { steps, seconds, overheadSeconds, metrics, model, state } = summarizeRun(
      viewOf(completedProgress),
      now,
    );
    assert.deepEqual(
      { state, seconds, overheadSeconds, metrics, model },
      {
        state: 'completed',
        seconds: 70.5,
        overheadSeconds: 8.25,
        metrics: completedProgress.metrics,
        model: completedProgress.model,
      },
    );
    assert.deepEqual(steps.slice(0, 2), [
      {
        name: 'prep_data',
        state: 'done',
        attempt: 1,
        reused: 'training-0',
        reason: 'same code, data and parameters as run training-0',
        seconds: 0,
        detail: null,
        fraction: null,
        failure: null,
      },
      {
        name: 'train',
        state: 'done',
        attempt: 2,
        reused: null,
        reason: 'test_size 0.3 → 0.2',
        seconds: 62,
        detail: null,
        fraction: null,
        failure: null,
      },
    ]);
  });
});

describe('client/table', () => {
  const columns = [
    { title: 'RUN', cell: (row: { id: string; at: string }) => row.id },
    { title: 'STARTED', cell: () => '2 hours ago', raw: (row: { at: string }) => row.at },
  ];
  const rows = [
    { id: 'training-1', at: '2026-11-23T06:34:00.000Z' },
    { id: 'b', at: '2026-11-23T06:30:00.000Z' },
  ];

  it('is aligned under titles on a terminal', () => {
    assert.deepEqual(renderTable(columns, rows, { isTTY: true }), [
      'RUN         STARTED',
      'training-1  2 hours ago',
      'b           2 hours ago',
    ]);
  });

  it('is separated by tabs in a pipe, without titles, with whole values', () => {
    assert.deepEqual(renderTable(columns, rows, { isTTY: false }), [
      'training-1\t2026-11-23T06:34:00.000Z',
      'b\t2026-11-23T06:30:00.000Z',
    ]);
  });

  it('says times as a person does', () => {
    const ages = [
      '2026-11-23T08:33:59Z',
      '2026-11-23T08:33:00Z',
      '2026-11-23T06:34:00Z',
      '2026-11-20T08:34:00Z',
    ];
    assert.deepEqual(
      ages.map((age) => describeAge(age, now)),
      ['just now', '1 minute ago', '2 hours ago', '3 days ago'],
    );
  });
});

describe('client/duration', () => {
  it('reads durations and refuses anything else', () => {
    assert.deepEqual(
      ['500ms', '30s', '5m', '1.5h', '3d'].map((text) => parseDuration(text, '--timeout')),
      [500, 30_000, 300_000, 5_400_000, 259_200_000],
    );
    for (const text of ['30', '0s', '-5m', 'soon', ''])
      assert.throws(() => parseDuration(text, '--timeout'), {
        code: 'USAGE',
        message: `--timeout must be a duration such as 30s, 5m or 2h, not ${text}.`,
      });
  });

  it('says seconds in one or two units', () => {
    assert.deepEqual([0.04, 3.14, 59.97, 64, 3725, 190_000].map(formatSeconds), [
      '0.0s',
      '3.1s',
      '0m 59s',
      '1m 04s',
      '1h 02m',
      '2d 04h',
    ]);
  });
});
