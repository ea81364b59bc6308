import assert from 'node:assert/strict';
import { createScreen, renderBlock, renderChanges, renderOutcome } from '../../client/render.ts';
import { describeAge, renderTable } from '../../client/table.ts';
import { summarizeRun } from '../../client/view.ts';
import { formatSeconds, parseDuration } from '../../client/duration.ts';
import { fakeIO } from './io.ts';
import { completedProgress, runningProgress, viewOf } from './run.ts';

const plain = (_style: unknown, text: string): string => text;
const now = new Date('2026-11-23T08:34:00.000Z');

describe('client/render', () => {
  it('shows a running run as a block: state, steps with sign, time and reason, how to stop it', () => {
    const view = viewOf(runningProgress, { details: { train: 'epoch 3' } });
    assert.deepEqual(renderBlock(view, plain, now, 100), [
      'training-1   running   1m 12s',
      '  ✓ prep_data                reused: same code, data and parameters as run training-0',
      '  … train           1m 04s   epoch 3, attempt 2',
      '  · register_model',
      'Ctrl-C leaves the run going. To stop it: npm run client -- cancel training-1',
    ]);
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
      '  ✓ step_19           a reason that is …',
      '  · step_20',
      '  · step_21',
      '  · step_22',
      '  · step_23',
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
    assert.deepEqual(renderChanges(before, { ...before, details: { train: 'epoch 4' } }, now), []);
    assert.deepEqual(renderChanges(before, viewOf(completedProgress), now), [
      `${time} train done 1m 02s: test_size 0.3 → 0.2, attempt 2`,
      `${time} register_model done 0.3s: always runs (is_deterministic: false)`,
      `${time} completed`,
    ]);
    const notice = 'no worker is polling queue q; start one: npm run worker';
    assert.deepEqual(renderChanges(before, { ...before, notice }, now), [`${time} ${notice}`]);
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
        failure: null,
      },
      {
        name: 'train',
        state: 'done',
        attempt: 2,
        reused: null,
        reason: 'test_size 0.3 → 0.2',
        seconds: 62,
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
