import assert from 'node:assert/strict';
import { parseComponent } from '../../components/component.ts';
import { listParameters } from '../../scaffold/parameters.ts';
import { renderProject } from '../../scaffold/project.ts';
import type { Script } from '../../scaffold/script.ts';

const script: Script = {
  path: 'src/train.py',
  name: 'train',
  language: 'python',
  flags: [
    {
      flag: '--data',
      type: 'string',
      default: 'rows.csv',
      required: false,
      description: 'numbers: one a line',
    },
    { flag: '--alpha', type: 'number', default: 1e-7, required: false, description: '' },
    { flag: '--id', type: 'string', required: true, description: '' },
    { flag: '--note', type: 'string', default: '', required: false, description: '' },
  ],
  left: ['--verbose'],
};
const surroundings = { isFile: (path: string) => path === 'rows.csv', taken: new Set(['--id']) };

describe('what makes a script a pipeline', () => {
  const parameters = listParameters(script, surroundings);
  const files = renderProject(script, parameters);

  it('is a component in Azure ML’s format with the flags as inputs', () => {
    assert.equal(
      files['src/train.yml'],
      `$schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json
# The step train, as Azure ML describes one. What train.py leaves in outputs/ is kept, and
# outputs/metrics.json, an object with numbers in it, is the metrics of the run.
name: train
version: 1
type: command
# With the same code and inputs its result is reused. false: it runs every time.
is_deterministic: true
inputs:
  data:
    type: uri_file
    description: "numbers: one a line"
  alpha:
    type: number
    default: 1.0e-7
  id:
    type: string
  note:
    type: string
    optional: true
# Not taken over, since an input has one value: --verbose. Write into the command what always holds.
code: .
environment: azureml://registries/azureml/environments/sklearn-1.5/labels/latest
command: >-
  python3 train.py
  "--data=\${{inputs.data}}"
  "--alpha=\${{inputs.alpha}}"
  "--id=\${{inputs.id}}"
  $[["--note=\${{inputs.note}}"]]
`,
    );
    assert.deepEqual(parseComponent(files['src/train.yml'], 'train.yml').warnings, []);
  });

  it('is the body of the pipeline', () => {
    assert.equal(
      files['pipeline.ts'],
      `import { parameter, type Run } from 'temporal-azureml/workflows';

/** The steps, in order. A step's outputs are inputs for the next: \`const { model } = await run.step(…)\`. */
export default async function pipeline(run: Run): Promise<void> {
  await run.step('train', {
    data: parameter('data'),
    alpha: parameter('alpha'),
    id: parameter('id'),
    note: parameter('note'),
  });
}
`,
    );
  });

  it('is a description with the flags of the client, which keep clear of its own', () => {
    assert.deepEqual(JSON.parse(files['temporal-azureml.json']!), {
      name: 'train',
      body: 'pipeline.ts',
      steps: { train: 'src/train.yml' },
      parameters: {
        data: {
          type: 'file',
          description: 'numbers: one a line',
          default: 'rows.csv',
          flag: '--data <file>',
        },
        alpha: { type: 'number', description: '', default: 1e-7, flag: '--alpha <number>' },
        id: { type: 'string', description: '', required: true, flag: '--script-id <text>' },
        note: { type: 'string', description: '', flag: '--note <text>' },
      },
    });
  });

  it('is a component without inputs where the script shows no flags, with a word on how to add one', () => {
    const bare: Script = { path: 'fit.ts', name: 'fit', language: 'typescript', flags: [], left: [] };
    const { 'fit.yml': component, 'pipeline.ts': body } = renderProject(bare, []);
    assert.match(component!, /^# fit\.ts shows no flags\. /m);
    assert.deepEqual(parseComponent(component!, 'fit.yml').component.inputs, {});
    assert.match(body!, /^import \{ type Run \} /);
    assert.match(body!, /await run\.step\('fit', \{\}\);/);
  });
});
