import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runClient as runHere } from '../../client/program.ts';
import { useFolder } from '../folder.ts';
import { runClient } from './command.ts';
import { fakeIO } from './io.ts';

const closed = { TEMPORAL_ADDRESS: '127.0.0.1:1' };

describe('the command line', () => {
  const folder = useFolder();
  const here = (): NodeJS.ProcessEnv => ({ ...closed, TEMPORAL_AZUREML_STORE: join(folder(), 'store') });

  for (const command of [
    '',
    'start',
    'sweep',
    'watch',
    'logs',
    'params',
    'cancel',
    'pause',
    'approve',
    'retry',
    'rerun',
    'list',
    'show',
    'schedule',
    'schedule create',
    'schedule backfill',
    'step run',
    'models list',
    'models show',
    'models compare',
    'models predict',
    'models tag',
    'models download',
    'models delete',
    'clean',
    'deployment set-current',
  ])
    it(`has the help of test/client/help: ${command || 'all commands'}`, async () => {
      const io = fakeIO();
      assert.equal(await runHere([...command.split(' ').filter(Boolean), '--help'], io), 0);
      const file = join(import.meta.dirname, 'help', `${command.replace(' ', '-') || 'all'}.txt`);
      assert.equal(io.out(), await readFile(file, 'utf8'));
      assert.equal(io.err(), '');
    });

  const refusals: [string, string[], number, string][] = [
    [
      'a command that is not there',
      ['strat'],
      2,
      "error: unknown command 'strat' (Did you mean start?)\nnpm run client -- --help shows what there is.\n",
    ],
    ['no command', [], 2, 'error: No command is given.\nnpm run client -- --help lists them.\n'],
    [
      'a flag that is not there',
      ['start', '--tset-size', '0.2'],
      2,
      "error: unknown option '--tset-size' (Did you mean --test-size?)\nnpm run client -- start --help shows what there is.\n",
    ],
    [
      'parameters out of range, all at once',
      ['start', '--test-size', '1', '--seed', 'abc', '--model-name', '../x'],
      2,
      'error: test_size must be a number above 0 and below 1, not 1. ' +
        'random_state must be a whole number from 0 to 4294967295, not "abc". ' +
        'model_name must be 1 to 250 letters, digits, dashes and underscores, starting with a letter or a digit, not "../x".\n' +
        'Correct --test-size, --seed, --model-name; --help describes each.\n',
    ],
    [
      'a run id that could be a path',
      ['start', '--id', '../x'],
      2,
      'error: --id must not be "../x".\nIt is 1 to 128 letters, digits, dots, dashes and underscores, and starts with a letter or a digit.\n',
    ],
    [
      'a duration without a unit',
      ['watch', 'x', '--timeout', '30'],
      2,
      'error: --timeout must be a duration such as 30s, 5m or 2h, not 30.\n',
    ],
    [
      'a server that is not there',
      ['start'],
      5,
      'error: No Temporal server answers at 127.0.0.1:1: nothing listens there.\n' +
        'Start one: npm run dev. For another server set TEMPORAL_ADDRESS; npm run client -- doctor shows what is used.\n',
    ],
    [
      'a profile that is not there',
      ['list', '--profile', 'nope'],
      4,
      "error: Temporal's profile cannot be read: Profile 'nope' not found in config data.\n" +
        'Correct --profile, TEMPORAL_PROFILE or the file (`temporal config list` shows its profiles).\n',
    ],
    [
      'a termination nobody has confirmed',
      ['cancel', 'x', '--terminate'],
      2,
      'error: --terminate leaves processes of the run alive and needs --yes.\n' +
        'Without it the run is stopped cleanly: npm run client -- cancel x --wait\n',
    ],
    [
      'a step that is not there',
      ['step', 'run', 'evaluate'],
      2,
      'error: There is no step evaluate.\nThe steps are prep_data, train, register_model.\n',
    ],
  ];
  for (const [what, args, exitCode, message] of refusals)
    it(`refuses ${what} with exit code ${exitCode}, nothing on stdout`, async () => {
      const { code, stdout, stderr } = await runClient(args, here());
      assert.deepEqual({ code, stdout, stderr }, { code: exitCode, stdout: '', stderr: message });
    });

  it('says an error as one JSON object with -o json', async () => {
    const { code, stderr } = await runClient(['start', '--test-size', '2', '-o', 'json'], here());
    assert.equal(code, 2);
    assert.deepEqual(JSON.parse(stderr), {
      code: 'PARAMETERS_INVALID',
      message: 'test_size must be a number above 0 and below 1, not 2.',
      hint: 'Correct --test-size; --help describes each.',
    });
  });

  it('shows a stack only with --debug', async () => {
    const { stderr } = await runClient(['list', '--debug'], here());
    assert.match(stderr, /^error: No Temporal server answers.*\n.*\n.*PipelineError.*\n\s+at /);
  });

  it('notices that npm has kept the flags, and writes the line to type', async () => {
    const cases: [string[], NodeJS.ProcessEnv, string][] = [
      [['start', '0.2'], { npm_config_test_size: 'true' }, 'start --test-size 0.2'],
      [['start'], { npm_config_test_size: '0.2' }, 'start --test-size 0.2'],
      [['start'], { npm_config_watch: 'true' }, 'start --watch'],
      [
        ['start', '0.2'],
        { npm_config_test_size: 'true', npm_config_watch: 'true' },
        'start --test-size <share> --watch',
      ],
    ];
    for (const [args, env, line] of cases) {
      const io = fakeIO({ env: { npm_lifecycle_event: 'client', ...env } });
      assert.equal(await runHere(args, io), 2);
      assert.match(io.err(), /^error: npm kept .* for itself, because there is no -- before it\.\n/);
      assert.ok(io.err().endsWith(`Write: npm run client -- ${line}\n`), io.err());
    }
  });

  it('does not load Temporal for --help', async () => {
    const { stdout, stderr } = await runClient(['--help'], { NODE_DEBUG: 'module,esm' });
    assert.match(stdout, /^Usage: npm run client -- <command>/);
    assert.match(stderr, /commander/);
    assert.doesNotMatch(stderr, /@temporalio/);
  });
});
