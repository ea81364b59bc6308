import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useFolder } from '../folder.ts';
import { assertClose } from './oracle.ts';
import { diabetes, filesIn, runStep } from './run.ts';

const metrics =
  'Mean squared error:  4150.680189329986\nCoefficient of determination:  0.19057346847560075\n';

describe('the programs', () => {
  const folder = useFolder();

  function open(name: string): string {
    const path = join(folder(), name);
    mkdirSync(path);
    return path;
  }

  it('take the diabetes data from the file to a registered model, with the defaults of the tutorial', async () => {
    const cwd = open('tutorial');
    const steps = [
      await runStep(cwd, 'prep_data', '--data_X=outputs/diabetes_X.csv', '--data_y=outputs/diabetes_y.csv'),
      await runStep(
        cwd,
        'train',
        '--data_X=outputs/diabetes_X.csv',
        '--data_y=outputs/diabetes_y.csv',
        '--scaling=outputs/scaling.json',
        '--model_dir=outputs',
        '--model_name=diabetes',
        '--test_size=0.2',
      ),
      await runStep(cwd, 'register_model', '--model_dir=outputs', '--model_name=diabetes'),
    ];
    assert.deepEqual(steps, [
      { code: 0, stdout: 'Prepared 442 rows: bmi\n', stderr: '' },
      { code: 0, stdout: metrics, stderr: '' },
      { code: 0, stdout: 'Registered model: diabetes version 1\n', stderr: '' },
    ]);
    assert.deepEqual(filesIn(join(cwd, 'outputs')), [
      'diabetes.json',
      'diabetes_X.csv',
      'diabetes_y.csv',
      'fig.png',
      'fig.svg',
      'metrics.json',
      'model.json',
      'registry/diabetes/1/diabetes.json',
      'registry/diabetes/1/version.json',
      'scaling.json',
    ]);
    const model = readJson(cwd, 'outputs/diabetes.json');
    assert.deepEqual(model, {
      format: 'linear-model',
      formatVersion: 1,
      target: 'target',
      features: ['bmi'],
      scaling: readJson(cwd, 'outputs/scaling.json'),
      coefficients: { bmi: 981.6554361411922 },
      intercept: 152.28824927379546,
    });
    assert.deepEqual(readJson(cwd, 'outputs/metrics.json'), {
      mse: 4150.680189329986,
      r2: 0.19057346847560075,
      rows: { train: 353, test: 89 },
      coefficients: { bmi: 981.6554361411922 },
      intercept: 152.28824927379546,
    });
    assert.deepEqual(readJson(cwd, 'outputs/model.json'), {
      name: 'diabetes',
      version: 1,
      uri: `file://${cwd}/outputs/registry/diabetes/1`,
    });
    assertClose(4150.680189329986, 4150.680189329983, "the tutorial's mse");
    assertClose(0.19057346847560075, 0.19057346847560164, "the tutorial's r2");
  });

  it('write the same bytes in one script as in steps, and each time', async () => {
    const [steps, single] = [open('in-steps'), open('single')];
    await runStep(steps, 'prep_data', '--features=bmi,bp');
    const trained = await runStep(steps, 'train', '--scaling', 'outputs/scaling.json', '--random_state', '4');
    assert.deepEqual(
      await runStep(single, 'train_single', '--features', 'bmi,bp', '--random_state=4'),
      trained,
    );
    assert.equal(trained.code, 0);
    for (const file of ['diabetes.json', 'metrics.json', 'fig.svg', 'fig.png']) {
      assert.deepEqual(
        readFileSync(join(single, 'outputs', file)),
        readFileSync(join(steps, 'outputs', file)),
        file,
      );
    }
  });

  it('run from a copy of their folder, as a job has it', async () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    // Packages are found in a node_modules above, wherever the copy stands in the project.
    const cwd = join(root, 'outputs', `copy-${process.pid}`);
    cpSync(join(root, 'steps'), cwd, { recursive: true });
    try {
      assert.deepEqual(await runStep(cwd, 'prep_data', `--data=${diabetes}`, '--features=all'), {
        code: 0,
        stdout: 'Prepared 442 rows: age, sex, bmi, bp, s1, s2, s3, s4, s5, s6\n',
        stderr: '',
      });
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });

  it('warn of collinear features, and give the minimum-norm solution', async () => {
    const cwd = open('collinear');
    const rows = Array.from(
      { length: 20 },
      (_, row) => `${row},${2 * row + 1},7,${(row * 7) % 5},${3 * row}`,
    );
    writeFileSync(join(cwd, 'x.csv'), `a,b,c,d,target\n${rows.join('\n')}\n`);
    const { code, stderr } = await runStep(cwd, 'prep_data', '--data=x.csv', '--features=all');
    assert.deepEqual(
      { code, stderr },
      { code: 0, stderr: 'warning: the same in every row: c; nothing can be learnt from it\n' },
    );
    const trained = await runStep(cwd, 'train');
    assert.equal(trained.code, 0);
    assert.equal(
      trained.stderr,
      'warning: collinear or constant features: a, b, c; their coefficients are the minimum-norm solution\n',
    );
  });

  it('say that R² is not defined for one test row', async () => {
    const cwd = open('one-row');
    const { code, stdout, stderr } = await runStep(cwd, 'train_single', '--test_size=0.001');
    assert.deepEqual(
      { code, stderr, r2: stdout.split('\n')[1] },
      {
        code: 0,
        stderr: 'warning: the coefficient of determination is not defined for a single test row\n',
        r2: 'Coefficient of determination:  nan',
      },
    );
    assert.equal(readJson(cwd, 'outputs/metrics.json')['r2'], null);
  });

  it('say what registering found when a run registers again', async () => {
    const cwd = open('twice');
    await runStep(cwd, 'train_single');
    const register = () => runStep(cwd, 'register_model', '--registry=here', '--run_id=r-7');
    assert.equal((await register()).stdout, 'Registered model: diabetes version 1\n');
    assert.equal(
      (await register()).stdout,
      'Registered model: diabetes version 1 (earlier, by this run r-7)\n',
    );
  });

  it('explain their flags', async () => {
    const { code, stdout } = await runStep(folder(), 'register_model', '--help');
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `register_model.ts: gives a trained model the next version number under its name

  --model_dir   folder train wrote the model to (default outputs)
  --model_name  name of the model (default diabetes)
  --registry    folder, or file: URI, that keeps the versions (default outputs/registry)
  --run_id      the run this is for; a run registers once, a second call prints the same version
`,
    );
  });
});

function readJson(folder: string, path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, path), 'utf8'));
}
