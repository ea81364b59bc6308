import { basename, posix } from 'node:path';
import { pipelineFile } from '../pipelines/pipeline.ts';
import type { ScriptParameter } from './parameters.ts';
import type { Script } from './script.ts';

/** The files that make a script a pipeline, by their path relative to the project folder. */
export function renderProject(script: Script, parameters: ScriptParameter[]): Record<string, string> {
  const component = script.path.replace(/\.\w+$/, '.yml');
  return {
    [component]: renderComponent(script, parameters),
    [bodyFile]: renderBody(script, parameters),
    [pipelineFile]: renderPipeline(script, component, parameters),
  };
}

const bodyFile = 'pipeline.ts';

const runtimes = {
  python: {
    command: 'python3',
    environment: 'azureml://registries/azureml/environments/sklearn-1.5/labels/latest',
  },
  typescript: { command: 'node', environment: 'azureml:temporal-azureml-node:1' },
} as const;

function renderComponent({ path, name, language, left }: Script, parameters: ScriptParameter[]): string {
  const file = basename(path);
  const { command, environment } = runtimes[language];
  return `$schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json
# The step ${name}, as Azure ML describes one. What ${file} leaves in outputs/ is kept, and
# outputs/metrics.json, an object with numbers in it, is the metrics of the run.
name: ${name.toLowerCase()}
version: 1
type: command
# With the same code and inputs its result is reused. false: it runs every time.
is_deterministic: true
${renderInputs(file, parameters)}${renderLeft(left)}code: .
environment: ${environment}
command: >-
${[`${command} ${posix.basename(path)}`, ...parameters.map(renderArgument)].map((part) => `  ${part}\n`).join('')}`;
}

function renderInputs(file: string, parameters: ScriptParameter[]): string {
  if (parameters.length === 0)
    return `# ${file} shows no flags. For one, say --epochs, add here
#   inputs: { epochs: { type: integer, default: 10 } }
# to the command --epochs=\${{inputs.epochs}}, and the parameter to ${pipelineFile} and ${bodyFile}.
`;
  return `inputs:\n${parameters.map(renderInput).join('')}`;
}

function renderInput({
  name,
  spec: { type, default: initial, required, description },
}: ScriptParameter): string {
  const lines = [
    `  ${name}:`,
    `    type: ${type === 'file' ? 'uri_file' : type}`,
    // What is a file has its default in the pipeline alone: a component cannot know where it is.
    ...(initial === undefined || type === 'file' ? [] : [`    default: ${renderDefault(initial)}`]),
    ...(initial === undefined && required !== true ? ['    optional: true'] : []),
    ...(description === '' ? [] : [`    description: ${JSON.stringify(description)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

// YAML 1.1, which Azure's tools read, takes 1e-7 for a text.
const renderDefault = (value: unknown): string =>
  typeof value === 'number' ? String(value).replace(/^(-?\d+)e/, '$1.0e') : JSON.stringify(value);

const renderLeft = (left: string[]): string =>
  left.length === 0
    ? ''
    : `# Not taken over, since an input has one value: ${left.join(', ')}. Write into the command what always holds.\n`;

function renderArgument({ name, flag, spec }: ScriptParameter): string {
  const argument = `"${flag}=\${{inputs.${name}}}"`;
  return spec.default === undefined && spec.required !== true ? `$[[${argument}]]` : argument;
}

function renderBody({ name }: Script, parameters: ScriptParameter[]): string {
  const inputs = parameters.map((one) => `    ${one.name}: parameter('${one.name}'),\n`);
  const used = parameters.length === 0 ? 'type Run' : 'parameter, type Run';
  return `import { ${used} } from 'temporal-azureml/workflows';

/** The steps, in order. A step's outputs are inputs for the next: \`const { model } = await run.step(…)\`. */
export default async function pipeline(run: Run): Promise<void> {
  await run.step('${name}', {${inputs.length === 0 ? '' : `\n${inputs.join('')}  `}});
}
`;
}

function renderPipeline({ name }: Script, component: string, parameters: ScriptParameter[]): string {
  const pipeline = {
    name,
    body: bodyFile,
    steps: { [name]: component },
    parameters: Object.fromEntries(parameters.map((one) => [one.name, one.spec])),
  };
  return `${JSON.stringify(pipeline, undefined, 2)}\n`;
}
