import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useFolder } from '../folder.ts';
import { diabetes, filesIn, runStep } from './run.ts';

const columns = 'age, sex, bmi, bp, s1, s2, s3, s4, s5, s6';
const testSizeHint = 'it is the fraction of the rows kept for testing, for example --test_size=0.2';
const nameHint =
  'use 1 to 255 letters, digits, - and _, the first a letter or digit, for example --model_name=diabetes';
const small = 'a,b,target\n1,2,3\n4,6,5\n7,8,8\n';

interface Case {
  readonly program: string;
  readonly flags: string[];
  readonly file?: string;
  readonly code: 1 | 2;
  readonly stderr: string;
}

const cases: Record<string, Case> = {
  'test size 0': usage(
    '--test_size=0',
    '--test_size must be a number above 0 and below 1 (got 0)',
    testSizeHint,
  ),
  'test size 1': usage(
    '--test_size=1',
    '--test_size must be a number above 0 and below 1 (got 1)',
    testSizeHint,
  ),
  'test size 1.5': usage(
    '--test_size=1.5',
    '--test_size must be a number above 0 and below 1 (got 1.5)',
    testSizeHint,
  ),
  'test size abc': usage(
    '--test_size=abc',
    '--test_size must be a number above 0 and below 1 (got abc)',
    testSizeHint,
  ),
  'an empty test size': usage(
    '--test_size=',
    '--test_size is empty',
    'test_size: fraction of the rows kept for testing',
  ),
  'a negative seed': usage(
    '--random_state=-1',
    '--random_state must be a whole number from 0 to 4294967295 (got -1)',
    'it seeds the split, for example --random_state=0',
  ),
  'a seed with a fraction': usage(
    '--random_state=1.5',
    '--random_state must be a whole number from 0 to 4294967295 (got 1.5)',
    'it seeds the split, for example --random_state=0',
  ),
  'a model name with a slash': usage(
    '--model_name=a/b',
    '--model_name is not a model name (got a/b)',
    nameHint,
  ),
  'a model name of dots': usage('--model_name=..', '--model_name is not a model name (got ..)', nameHint),
  'a model name with a space': usage(
    '--model_name=a b',
    '--model_name is not a model name (got a b)',
    nameHint,
  ),
  'a model name of 300 characters': usage(
    `--model_name=${'m'.repeat(300)}`,
    `--model_name is not a model name (got ${'m'.repeat(60)}…, 300 characters)`,
    nameHint,
  ),
  'a flag that is not there': usage(
    '--tset_size=0.2',
    "Unknown option '--tset_size'",
    'flags of train_single.ts: --data --features --target --model_name --test_size --random_state (--help explains them)',
  ),
  'a name without a flag': usage(
    'train',
    "Unexpected argument 'train'. This command does not take positional arguments",
    'flags of train_single.ts: --data --features --target --model_name --test_size --random_state (--help explains them)',
  ),
  'a value that looks like a flag': usage(
    ['--test_size', '-1'],
    "Option '--test_size' argument is ambiguous.",
    'write a value that begins with a dash as --name=-1',
  ),
  'a feature twice': usage(
    '--features=bmi,bmi',
    '--features names bmi twice (bmi,bmi)',
    'name each feature once',
  ),
  'the target as a feature': usage(
    '--features=target',
    '--features names the target target',
    `choose from ${columns}`,
  ),
  'a test size that leaves no row to train on': data(
    ['--test_size=0.999'],
    'the test size 0.999 leaves no row to train on (442 rows, 442 of them for testing)',
    'choose another test size, for example --test_size=0.2, or give more rows',
  ),
  'an unknown feature': data(
    ['--features=bmi,height'],
    `${diabetes} has no column for the feature height`,
    `its columns: ${columns}`,
  ),
  'a feature in other letters': data(
    ['--features=BMI'],
    `${diabetes} has no column for the feature BMI`,
    `did you mean bmi? its columns: ${columns}`,
  ),
  'a target that is not there': data(
    ['--target=y'],
    `${diabetes} has no column for the target y`,
    `its columns: ${columns}, target`,
  ),
  'a missing data file': data(
    ['--data=nowhere.csv'],
    'cannot read nowhere.csv (ENOENT: no such file or directory)',
    'give the path of a CSV file',
  ),
  'a folder as data file': data(
    ['--data=.'],
    'cannot read . (EISDIR: illegal operation on a directory)',
    'give the path of a CSV file',
  ),
  'too few rows for the features': {
    ...data(
      ['--data=x.csv', '--features=all'],
      '2 rows to train on are too few for 2 features (at least 3 are needed)',
      'give more rows, fewer features or a smaller test size',
    ),
    file: small,
  },
  'a column name twice': {
    ...data(
      ['--data=x.csv', '--features=a'],
      'x.csv line 1 names the column a 2 times',
      'give each column its own name',
    ),
    file: 'a,a,target\n1,2,3\n',
  },
  'an empty file': {
    ...data(
      ['--data=x.csv'],
      'x.csv is empty',
      'give a CSV file: a line of column names, then lines of numbers',
    ),
    file: '',
  },
  'a file without rows': {
    ...data(
      ['--data=x.csv', '--features=a'],
      'x.csv has column names but no rows',
      'give a file with at least one row',
    ),
    file: 'a,target\n',
  },
  'a ragged file': {
    ...data(
      ['--data=x.csv', '--features=a'],
      'x.csv line 5 has 2 cells, the first line names 3 columns (column target is missing)',
      'correct or remove the line',
    ),
    file: `${small}9,9\n`,
  },
  'text in a cell': {
    ...data(
      ['--data=x.csv', '--features=a'],
      'x.csv line 5, column a is not a number (x)',
      'correct the cell or remove the line',
    ),
    file: `${small}x,1,1\n`,
  },
  'NaN in a cell of the target': {
    ...data(
      ['--data=x.csv', '--features=a'],
      'x.csv line 5, column target is not a finite number (NaN)',
      'correct the cell or remove the line',
    ),
    file: `${small}1,1,NaN\n`,
  },
  'infinity in a cell': {
    ...data(
      ['--data=x.csv', '--features=b'],
      'x.csv line 5, column b is not a finite number (inf)',
      'correct the cell or remove the line',
    ),
    file: `${small}1,inf,1\n`,
  },
};

function usage(flags: string | string[], message: string, hint: string): Case {
  return { program: 'train_single', flags: [flags].flat(), code: 2, stderr: `error: ${message}\n${hint}\n` };
}

function data(flags: string[], message: string, hint: string): Case {
  return { program: 'train_single', flags, code: 1, stderr: `error: ${message}\n${hint}\n` };
}

describe('bad input', () => {
  const folder = useFolder();
  let number = 0;

  function open(): string {
    const path = join(folder(), String(number++));
    mkdirSync(path);
    return path;
  }

  for (const [name, { program, flags, file, code, stderr }] of Object.entries(cases)) {
    it(`${name}: is said with the value and what to do, and leaves nothing written`, async () => {
      const cwd = open();
      if (file !== undefined) writeFileSync(join(cwd, 'x.csv'), file);
      assert.deepEqual(await runStep(cwd, program, ...flags), { code, stdout: '', stderr });
      assert.deepEqual(filesIn(cwd), file === undefined ? [] : ['x.csv']);
    });
  }

  it('prep_data leaves nothing written when the last line of a large file is wrong', async () => {
    const cwd = open();
    writeFileSync(join(cwd, 'x.csv'), `a,target\n${'1.5,2.5\n'.repeat(100_000)}1.5,?\n`);
    assert.deepEqual(await runStep(cwd, 'prep_data', '--data=x.csv', '--features=a'), {
      code: 1,
      stdout: '',
      stderr:
        'error: x.csv line 100002, column target is not a number (?)\ncorrect the cell or remove the line\n',
    });
    assert.deepEqual(filesIn(cwd), ['x.csv']);
  });

  it('prep_data does not write over its own data, nor two outputs to one file', async () => {
    const cwd = open();
    writeFileSync(join(cwd, 'x.csv'), small);
    const flags = ['--data=x.csv', '--features=a'];
    assert.deepEqual(await runStep(cwd, 'prep_data', ...flags, '--data_X=./x.csv'), {
      code: 2,
      stdout: '',
      stderr: 'error: the output ./x.csv would replace the data file\ngive the output another path\n',
    });
    assert.deepEqual(await runStep(cwd, 'prep_data', ...flags, '--data_X=o.csv', '--data_y=o.csv'), {
      code: 2,
      stdout: '',
      stderr: 'error: two outputs have the same path (o.csv)\ngive each output a path of its own\n',
    });
    assert.deepEqual(filesIn(cwd), ['x.csv']);
  });

  it('train wants data_X, data_y and scaling that belong together', async () => {
    const cwd = open();
    writeFileSync(join(cwd, 'X.csv'), 'a\n1\n2\n3\n4\n5\n');
    writeFileSync(join(cwd, 'y.csv'), 'target\n1\n2\n3\n4\n');
    writeFileSync(join(cwd, 'two.csv'), 'a,target\n1,1\n');
    writeFileSync(join(cwd, 's.json'), '{"b":{"mean":0,"scale":1}}');
    const said = async (...flags: string[]) =>
      (await runStep(cwd, 'train', '--data_X=X.csv', ...flags)).stderr;
    assert.equal(
      await said('--data_y=y.csv'),
      'error: X.csv has 5 rows, the target file 4\ngive the data_X and data_y that one run of prep_data wrote\n',
    );
    assert.equal(
      await said('--data_y=two.csv'),
      'error: two.csv has 2 columns instead of one\ngive the data_y of prep_data\n',
    );
    assert.equal(
      await said('--data_y=y.csv', '--scaling=s.json'),
      'error: the scaling s.json has no mean and scale for the feature a\ngive the scaling file that prep_data wrote together with data_X\n',
    );
  });

  it('register_model says where it looked for a model, and what kinds of registry it knows', async () => {
    const cwd = open();
    mkdirSync(join(cwd, 'outputs'));
    writeFileSync(join(cwd, 'outputs', 'other.json'), '{}');
    assert.deepEqual(await runStep(cwd, 'register_model'), {
      code: 1,
      stdout: '',
      stderr:
        'error: cannot read the model outputs/diabetes.json (ENOENT: no such file or directory)\n' +
        'train writes diabetes.json into its --model_dir under its --model_name: give the same two here (outputs has other.json)\n',
    });
    assert.deepEqual(await runStep(cwd, 'register_model', '--registry=azureml://here'), {
      code: 2,
      stdout: '',
      stderr:
        'error: --registry is not a folder or a file: URI (got azureml://here)\ngive a path, as --registry=outputs/registry\n',
    });
  });

  it('an output folder that cannot be made, or a path that is a device: is said before any work', async () => {
    const cwd = open();
    writeFileSync(join(cwd, 'outputs'), '');
    assert.deepEqual(await runStep(cwd, 'train_single'), {
      code: 1,
      stdout: '',
      stderr: `error: cannot write outputs/diabetes.json (EEXIST: file already exists)\nmake ${cwd}/outputs a folder with free space that you may write to, or give another path\n`,
    });
    assert.deepEqual(
      await runStep(cwd, 'prep_data', '--data_X=/dev/full', '--data_y=y.csv', '--scaling=s.json'),
      {
        code: 1,
        stdout: '',
        stderr:
          'error: cannot write /dev/full (it exists and is not a file)\nmake /dev a folder with free space that you may write to, or give another path\n',
      },
    );
    assert.deepEqual(filesIn(cwd), ['outputs']);
  });

  it('a full output folder: is said, and leaves nothing half-written', async function () {
    const cwd = open();
    const full = join(cwd, 'full');
    mkdirSync(full);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', full], { stdio: 'ignore' });
    } catch {
      // Mounting a small disk takes a privilege that not every machine's user has.
      this.skip();
    }
    try {
      const flags = ['--features=all', `--data_X=${full}/X.csv`, `--data_y=${full}/y.csv`];
      assert.deepEqual(await runStep(cwd, 'prep_data', ...flags, `--scaling=${full}/s.json`), {
        code: 1,
        stdout: '',
        stderr: `error: cannot write ${full}/X.csv (ENOSPC: no space left on device)\nmake ${full} a folder with free space that you may write to, or give another path\n`,
      });
      assert.deepEqual(filesIn(full), []);
      const registry = join(full, 'registry');
      writeFileSync(join(cwd, 'diabetes.json'), ' '.repeat(40_000));
      assert.deepEqual(await runStep(cwd, 'register_model', '--model_dir=.', `--registry=${registry}`), {
        code: 1,
        stdout: '',
        stderr: `error: cannot register in ${registry} (ENOSPC: no space left on device)\nmake it a folder with free space that you may write to, or give another --registry\n`,
      });
      assert.deepEqual(filesIn(full), []);
    } finally {
      execFileSync('umount', [full]);
    }
  });
});
