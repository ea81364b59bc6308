import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { runClient as runHere } from '../../client/program.ts';
import { recordModel } from '../../registry/record.ts';
import { changeTags } from '../../registry/tags.ts';
import type { ModelVersion } from '../../registry/models.ts';
import type { ModelFile } from '../../steps/regression/model.ts';
import type { Decision } from '../../workflows/messages.ts';
import { openStore } from '../../store/file.ts';
import { writeRun } from '../../store/run.ts';
import { useFolder } from '../folder.ts';
import { addVersion, progressOf } from '../registry/version.ts';
import { until } from '../until.ts';
import { runClient, type Ended } from './command.ts';
import { fakeIO } from './io.ts';

const root = join(import.meta.dirname, '..', '..');
const sha256 = '3b27'.repeat(16);

/** A line with one coefficient. */
const lineOf = (bmi: number, intercept: number): ModelFile => ({
  format: 'linear-model',
  formatVersion: 1,
  target: 'target',
  features: ['bmi'],
  scaling: { bmi: { mean: 20, scale: 2 } },
  coefficients: { bmi },
  intercept,
});

/** Registers a line as a run that has ended would leave it. */
async function addLine(
  registry: string,
  { run, line, r2, test_size }: { run: string; line: ModelFile; r2: number; test_size: number },
): Promise<ModelVersion> {
  const version = await addVersion(registry, { run: `${run}/e1`, content: JSON.stringify(line) });
  const parameters = { data: `data/${sha256}/diabetes.csv`, test_size, model_name: 'diabetes' };
  const metrics = { mse: 5000 * (1 - r2), r2, rows: { train: 3, test: 1 }, intercept: line.intercept };
  await recordModel(progressOf(version, { parameters, metrics }));
  return version;
}

describe('the models command', () => {
  const folder = useFolder();
  let registry: string;
  let versions: ModelVersion[];
  const envOf = (place: string): NodeJS.ProcessEnv => ({
    TEMPORAL_AZUREML_REGISTRY: place,
    TEMPORAL_AZUREML_STORE: join(folder(), 'store'),
    INIT_CWD: folder(),
  });
  const models = (...args: string[]): Promise<Ended> => runClient(['models', ...args], envOf(registry));
  const refused = async (args: string[], code: number, message: string): Promise<void> =>
    assert.deepEqual(await models(...args), { code, stdout: '', stderr: message });

  before(async () => {
    registry = join(folder(), 'registry');
    versions = [
      await addLine(registry, { run: 'run-1', line: lineOf(4, 100), r2: 0.25, test_size: 0.2 }),
      await addLine(registry, { run: 'run-2', line: lineOf(6, 90), r2: 0.5, test_size: 0.3 }),
      await addLine(registry, { run: 'run-3', line: lineOf(4, 100), r2: 0.125, test_size: 0.2 }),
    ];
    await addVersion(registry, { name: 'forest', run: 'run-4/e1', content: '{"trees": 10}' });
    await changeTags(versions[0]!, { set: { stage: 'production', owner: 'kim' }, remove: [] });
    await writeFile(join(folder(), 'rows.csv'), 'id,bmi\n1,20\n2,22.5\n3,18\n');
  });

  describe('list', () => {
    const at = '2026-11-23T08:33:58.000Z';
    const lists: [string, string[], string[]][] = [
      ['the newest version of each model', [], [`diabetes\t3\t${at}\trun-3\t`, `forest\t1\t${at}\trun-4\t`]],
      [
        'all versions of one',
        ['diabetes'],
        [
          `diabetes\t3\t${at}\trun-3\t`,
          `diabetes\t2\t${at}\trun-2\t`,
          `diabetes\t1\t${at}\trun-1\towner=kim stage=production`,
        ],
      ],
      [
        'the newest version with a tag',
        ['--tag', 'stage=production', '--tag', 'owner'],
        [`diabetes\t1\t${at}\trun-1\towner=kim stage=production`],
      ],
      [
        'the best version of each that has the metric',
        ['--best', 'r2'],
        [`diabetes\t2\t${at}\trun-2\t\t0.5`],
      ],
      ['the best by the least error', ['--best', 'mse'], [`diabetes\t2\t${at}\trun-2\t\t2500`]],
      ['the worst, if asked', ['diabetes', '--best', 'r2:min'], [`diabetes\t3\t${at}\trun-3\t\t0.125`]],
      ['at most so many', ['diabetes', '--limit', '1'], [`diabetes\t3\t${at}\trun-3\t`]],
    ];
    for (const [what, args, rows] of lists)
      it(`shows ${what}`, async () => {
        const { code, stdout, stderr } = await models('list', ...args);
        assert.deepEqual([code, stderr], [0, '']);
        assert.equal(stdout, `${rows.join('\n')}\n`);
      });

    it('is a list in JSON, empty where there is nothing', async () => {
      const { stdout } = await models('list', '--tag', 'stage', '-o', 'json');
      const [one, ...others] = JSON.parse(stdout);
      assert.deepEqual([one.version, one.tags.owner, one.metrics.r2, others], [1, 'kim', 0.25, []]);
      const none = await runClient(['models', 'list', '-o', 'json'], envOf(join(folder(), 'none')));
      assert.deepEqual(none, { code: 0, stdout: '[]\n', stderr: '' });
    });

    it('has nothing for a name that is not there, or could be a path', async () => {
      for (const name of ['wine', '../registry'])
        await refused(
          ['list', name],
          0,
          `No versions of ${name} in ${registry}. A run registers one: npm run client -- start --watch\n`,
        );
    });

    it('says so where nothing is found', async () => {
      await refused(
        ['list', 'diabetes', '--tag', 'stage=staging'],
        0,
        `No versions of diabetes tagged stage=staging in ${registry}. A run registers one: npm run client -- start --watch\n`,
      );
    });

    it('refuses a metric no version has, and names those there are', async () => {
      await refused(
        ['list', '--best', 'accuracy'],
        2,
        'error: No version of any model has a metric accuracy.\nThere are mse, r2, intercept.\n',
      );
    });
  });

  describe('show', () => {
    it('shows all that is known of a version, without the store', async () => {
      const { code, stdout } = await models('show', 'diabetes:1');
      assert.equal(code, 0);
      assert.equal(
        stdout,
        `diabetes version 1
registered  2026-11-23T08:33:58.000Z by run run-1
run         completed, started 2026-11-23T08:32:48.000Z by kim@laptop
tags        owner=kim stage=production
data        diabetes.csv  sha256 ${sha256}
code        abc
file        ${registry}/diabetes/1/diabetes.json
sha256      ${versions[0]!.sha256}

Metrics
  mse  3750
  r2  0.25
  intercept  100

Parameters
  test_size  0.2
  model_name  diabetes
`,
      );
    });

    it('takes latest, and the best by a metric, in JSON', async () => {
      const latest = JSON.parse((await models('show', 'diabetes:latest', '-o', 'json')).stdout);
      assert.equal(latest.version, 3);
      assert.deepEqual(latest.run, {
        pipeline: 'training',
        state: 'completed',
        startedBy: 'kim@laptop',
        startedAt: '2026-11-23T08:32:48.000Z',
        finishedAt: '2026-11-23T08:33:58.500Z',
      });
      assert.deepEqual(latest.data, { data: { file: 'diabetes.csv', sha256 } });
      const best = JSON.parse((await models('show', 'diabetes', '--best', 'r2', '-o', 'jsonl')).stdout);
      assert.equal(best.version, 2);
    });

    it('reads the record of the run from the store where the version has none, as before it had one', async () => {
      const version = await addVersion(registry, { name: 'older', run: 'run-6/e1' });
      const store = await openStore(join(folder(), 'store'));
      await writeRun(store, progressOf(version, { metrics: { r2: 0.75 } }));
      await writeRun(store, progressOf(version, { executionId: 'e2', startedAt: '2026-11-24T00:00:00Z' }));
      const { stdout } = await models('show', 'older', '--best', 'r2', '-o', 'json');
      assert.deepEqual(JSON.parse(stdout).metrics, { r2: 0.75 });
    });

    it('says who approved the model', async () => {
      const approval: Decision = {
        decision: 'approved',
        by: 'lee',
        reason: 'good',
        at: '2026-11-23T08:33:00.000Z',
      };
      const version = await addVersion(registry, { name: 'approved', run: 'run-5/e1' });
      await recordModel({ ...progressOf(version), approval });
      const { stdout } = await models('show', 'approved');
      assert.match(stdout, /^approval {4}approved by lee at 2026-11-23T08:33:00\.000Z: good$/m);
    });

    it('refuses what is not there, and both a version and --best', async () => {
      await refused(
        ['show', 'diabetes:9'],
        2,
        `error: The registry ${registry} has no model diabetes:9.\ndiabetes has versions 1 to 3.\n`,
      );
      await refused(
        ['show', 'diabetes:1', '--best', 'r2'],
        2,
        'error: --best chooses the version, and diabetes:1 names one.\nLeave out one of the two: diabetes --best r2\n',
      );
      await refused(
        ['show', 'forest', '--best', 'r2'],
        2,
        'error: No version of forest has a metric r2.\nNone has metrics.\n',
      );
    });
  });

  describe('compare', () => {
    it('says what differs and by how much', async () => {
      const { code, stdout } = await models('compare', 'diabetes:1', 'diabetes:2');
      assert.equal(code, 0);
      assert.deepEqual(stdout.trimEnd().split('\n'), [
        'metric\tmse\t3750\t2500\t-1250',
        'metric\tr2\t0.25\t0.5\t+0.25',
        'parameter\ttest_size\t0.2\t0.3\tdifferent',
        `data\tdata\t${sha256}\t${sha256}\tsame`,
        'code\tsnapshot\tabc\tabc\tsame',
        'coefficient\tintercept\t100\t90\t-10',
        'coefficient\tbmi\t4\t6\t+2',
      ]);
    });

    it('is one object in JSON, with null for what is not known', async () => {
      const { stdout } = await models('compare', 'diabetes:1', 'forest', '-o', 'json');
      assert.deepEqual(JSON.parse(stdout), {
        models: ['diabetes:1', 'forest:1'],
        metrics: {
          mse: { values: [3750, null], difference: null },
          r2: { values: [0.25, null], difference: null },
        },
        parameters: {
          test_size: { values: [0.2, null] },
          model_name: { values: ['diabetes', null] },
        },
        data: { values: [{ data: { file: 'diabetes.csv', sha256 } }, null], same: null },
        code: { values: ['abc', null], same: null },
        coefficients: {
          intercept: { values: [100, null], difference: null },
          bmi: { values: [4, null], difference: null },
        },
      });
    });
  });

  describe('predict', () => {
    const said = '3 predictions of target by diabetes:1\n';

    it('prints a prediction for each row, in order', async () => {
      assert.deepEqual(await models('predict', 'diabetes:1', '--data', 'rows.csv'), {
        code: 0,
        stdout: 'prediction\n100\n105\n96\n',
        stderr: said,
      });
    });

    it('prints JSON as a list, or a line for each', async () => {
      const predict = ['predict', 'diabetes:1', '--data', 'rows.csv', '-o'];
      const expected = [100, 105, 96].map((prediction) => ({ prediction }));
      assert.deepEqual(JSON.parse((await models(...predict, 'json')).stdout), expected);
      const lines = (await models(...predict, 'jsonl')).stdout.trimEnd().split('\n');
      assert.deepEqual(
        lines.map((line) => JSON.parse(line)),
        expected,
      );
    });

    it('has no predictions for no rows', async () => {
      await writeFile(join(folder(), 'none.csv'), 'bmi\n');
      const predict = ['predict', 'diabetes', '--data', 'none.csv', '-o'];
      assert.equal((await models(...predict, 'text')).stdout, 'prediction\n');
      assert.deepEqual(JSON.parse((await models(...predict, 'json')).stdout), []);
      assert.equal((await models(...predict, 'jsonl')).stdout, '');
    });

    it('goes on only when its reader has taken what there is', async () => {
      await writeFile(join(folder(), 'many.csv'), `bmi\n${'20\n'.repeat(100_000)}`);
      const taken: (() => void)[] = [];
      const io = fakeIO({
        env: envOf(registry),
        stdout: { write: (_, done) => void (done && taken.push(done)) },
      });
      const ended = runHere(['models', 'predict', 'diabetes', '--data', 'many.csv'], io);
      for (let blocks = 1; blocks < 4; blocks++) {
        await until(() => taken.length === blocks);
        await setImmediate();
        assert.equal(taken.length, blocks);
        taken.at(-1)!();
      }
      await until(() => {
        taken.at(-1)!();
        return io.err() !== '';
      });
      assert.equal(await ended, 0);
    });

    it('writes a file with --out, over an older one, by the best version', async () => {
      const file = join(folder(), 'out.csv');
      await writeFile(file, 'old');
      const args = ['--best', 'r2', '--data', 'rows.csv', '--out', 'out.csv'];
      const { code, stdout } = await models('predict', 'diabetes', ...args, '-o', 'jsonl');
      assert.equal(code, 0);
      assert.deepEqual(JSON.parse(stdout), { name: 'diabetes', version: 2, file, rows: 3 });
      assert.equal(await readFile(file, 'utf8'), 'prediction\n90\n97.5\n84\n');
      assert.equal((await models('predict', 'diabetes', ...args)).stdout, `${file}\n`);
    });

    it('leaves no file where a row is wrong, and says which', async () => {
      const data = join(folder(), 'bad.csv');
      await writeFile(data, `bmi\n${'20\n'.repeat(100_000)}x\n`);
      await refused(
        ['predict', 'diabetes', '--data', 'bad.csv', '--out', 'never/out.csv'],
        2,
        `error: ${data} line 100002, column bmi is not a number (x).\nCorrect the cell or remove the line.\n`,
      );
      assert.deepEqual(await readdir(join(folder(), 'never')), []);
    });

    it('names the columns that are missing', async () => {
      await writeFile(join(folder(), 'other.csv'), 'BMI,age\n1,2\n');
      await refused(
        ['predict', 'diabetes', '--data', 'other.csv'],
        2,
        `error: ${folder()}/other.csv has no column bmi, which the model was trained on.\nIts columns: BMI, age.\n`,
      );
    });

    it('refuses no data, the data as its output, and a model it cannot read', async () => {
      await refused(
        ['predict', 'diabetes', '--data', 'nope.csv'],
        2,
        `error: There is no data file ${folder()}/nope.csv.\nGive a CSV file with the columns bmi.\n`,
      );
      await refused(
        ['predict', 'diabetes', '--data', 'rows.csv', '--out', './rows.csv'],
        2,
        `error: --out and --data are both ${folder()}/rows.csv.\nGive the predictions a file of their own.\n`,
      );
      await refused(
        ['predict', 'forest', '--data', 'rows.csv'],
        2,
        `error: The model ${registry}/forest/1/forest.json is no linear model: it lacks "format": "linear-model", ` +
          '"formatVersion": 1, target, intercept, features.\nGive a model that train has written.\n',
      );
    });
  });

  describe('tag', () => {
    it('sets, removes and shows tags', async () => {
      await models('tag', 'diabetes:2', 'stage=staging', 'note=a = b');
      const { code, stdout } = await models('tag', 'diabetes:2', 'stage=archived', '--remove', 'note');
      assert.deepEqual([code, stdout], [0, 'diabetes:2\tstage\tarchived\n']);
      const shown = await models('tag', 'diabetes:2', '-o', 'json');
      assert.deepEqual(JSON.parse(shown.stdout), {
        name: 'diabetes',
        version: 2,
        tags: { stage: 'archived' },
      });
      await models('tag', 'diabetes:2', '--remove', 'stage');
    });

    it('refuses what is no tag', async () => {
      for (const text of ['stage', '=x', '__proto__=x', 'a b=c', 'a=1\n2'])
        await refused(
          ['tag', 'diabetes:2', text],
          2,
          `error: A tag is key=value on one line, not ${JSON.stringify(text)}.\n` +
            'The key has 1 to 100 letters, digits, dots, dashes and underscores. ' +
            'For example: npm run client -- models tag diabetes:3 stage=production\n',
        );
      await refused(
        ['tag', 'diabetes:2', 'a=1', '--remove', 'a'],
        2,
        'error: a cannot be set and removed at once.\n',
      );
    });
  });

  it('download takes everything a version has', async () => {
    const { code } = await models('download', 'diabetes', '--best', 'r2', '--to', 'copied');
    assert.equal(code, 0);
    const files = await readdir(join(folder(), 'copied'));
    assert.deepEqual(files.toSorted(), ['diabetes.json', 'run.json', 'version.json']);
  });

  describe('delete', () => {
    let place: string;
    const remove = (...args: string[]): Promise<Ended> =>
      runClient(['models', 'delete', ...args], envOf(place));
    beforeEach(async function () {
      place = join(folder(), `delete-${this.currentTest!.title.length}`);
      await mkdir(place);
      for (const run of ['a/1', 'b/1', 'c/1']) await addVersion(place, { run });
    });

    it('needs --yes where there is no terminal, and a version', async () => {
      assert.deepEqual(await remove('diabetes:1', 'diabetes:latest'), {
        code: 2,
        stdout: '',
        stderr:
          'error: models delete cannot be undone and needs --yes.\n' +
          'npm run client -- models delete diabetes:1 diabetes:3 --yes\n',
      });
      assert.deepEqual(await remove('diabetes', '--yes'), {
        code: 2,
        stdout: '',
        stderr:
          'error: Name the version of diabetes to delete.\n' +
          'For example diabetes:3, or diabetes:latest; npm run client -- models list diabetes shows them.\n',
      });
      assert.ok(existsSync(join(place, 'diabetes', '1', 'diabetes.json')));
    });

    it('deletes versions for good, and may be repeated', async () => {
      assert.deepEqual(await remove('diabetes:1', 'diabetes:latest', '--yes'), {
        code: 0,
        stdout: 'diabetes:1 deleted\ndiabetes:3 deleted\n',
        stderr: '',
      });
      assert.deepEqual(await remove('diabetes:3', '--yes', '-o', 'json'), {
        code: 0,
        stdout: `${JSON.stringify([{ name: 'diabetes', version: 3, deleted: true }], undefined, 2)}\n`,
        stderr: 'diabetes:3 was deleted already.\n',
      });
      assert.equal((await addVersion(place, { run: 'd/1' })).version, 4);
      const { stdout } = await runClient(['models', 'list', 'diabetes'], envOf(place));
      assert.deepEqual(
        stdout.split('\n').map((line) => line.split('\t')[1]),
        ['4', '2', undefined],
      );
    });

    it('deletes none where one of them is not there', async () => {
      const { code, stdout } = await remove('diabetes:1', 'diabetes:7', '--yes');
      assert.deepEqual([code, stdout], [2, '']);
      assert.ok(existsSync(join(place, 'diabetes', '1', 'diabetes.json')));
    });

    it('asks on a terminal, and takes only a yes for one', async () => {
      for (const [typed, code, left] of [
        ['n\n', 2, true],
        ['\u0004', 2, true],
        ['\u0003', 2, true],
        ['y\n', 0, false],
      ] as const) {
        const { said, code: ended } = await typeOnTerminal(['models', 'delete', 'diabetes:2'], typed);
        assert.match(said, /diabetes:2, registered .* ago, by run b\r\n/);
        assert.match(said, /Delete it\? The numbers are not given again\. \[y\/N\]/);
        assert.deepEqual([ended, existsSync(join(place, 'diabetes', '2', 'diabetes.json'))], [code, left]);
      }
    });

    /** Types something once the client asks, on a pseudo-terminal. */
    async function typeOnTerminal(args: string[], typed: string): Promise<{ said: string; code: number }> {
      const command = [process.execPath, join(root, 'client', 'main.ts'), ...args].join(' ');
      const script =
        process.platform === 'darwin'
          ? ['-q', '/dev/null', 'sh', '-c', command]
          : ['-qefc', command, '/dev/null'];
      const child = spawn('script', script, {
        cwd: root,
        env: { PATH: process.env['PATH'], NO_COLOR: '1', TERM: 'xterm', ...envOf(place) },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const asked = said.includes('[y/N]');
        said += text;
        if (!asked && said.includes('[y/N]')) child.stdin.write(typed);
      });
      const [code] = (await once(child, 'close')) as [number];
      return { said, code };
    }
  });
});
