/** The workflow code as one bundle, built ahead of time: `npm run bundle`; a worker builds it when it is missing. */
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { PipelineError } from '../errors/error.ts';
import { trainingPipeline, type Pipeline } from '../pipelines/pipeline.ts';
import { digestOf, digestOfText } from '../store/digest.ts';
import { exists } from '../store/file.ts';

/** The workflow code as a worker loads it. */
export type WorkflowBundle = ({ codePath: string } | { code: string }) & {
  /** Of the workflow code and the SDK's version. */
  digest: string;
};

const root = join(import.meta.dirname, '..');
const workflows = join(root, 'workflows');
// In a package this file is JavaScript, and so are the workflows.
const extension = extname(import.meta.filename);
const ours = createRequire(import.meta.url);

/** The workflows of a pipeline, bundled. This project's own are kept as a file; others are bundled anew (a second). */
export async function findWorkflowBundle(pipeline: Pipeline = trainingPipeline): Promise<WorkflowBundle> {
  return pipeline.body === undefined ? findOwnBundle() : bundlePipeline(pipeline, pipeline.body);
}

async function findOwnBundle(): Promise<{ codePath: string; digest: string }> {
  const digest = digestOfCode(await digestOf(workflows));
  const codePath = join(root, 'node_modules', '.cache', 'temporal-azureml', `workflows-${digest}.js`);
  if (await exists(codePath)) return { codePath, digest };
  const code = await bundle(join(workflows, `index${extension}`));
  const partial = `${codePath}.${process.pid}`;
  await mkdir(dirname(codePath), { recursive: true });
  await writeFile(partial, code);
  await rename(partial, codePath);
  return { codePath, digest };
}

/** A workflow with the pipeline's name around its body, beside the workflows every pipeline needs. */
async function bundlePipeline({ name, parameters, steps }: Pipeline, body: string): Promise<WorkflowBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'temporal-azureml-'));
  try {
    const entry = join(folder, 'entry.js');
    await writeFile(
      entry,
      `import body from ${JSON.stringify(body)};
import { conductRun } from ${locate('public')};
export * from ${locate('index')};
const pipeline = (input) =>
  conductRun(input, ${JSON.stringify(parameters)}, ${JSON.stringify(Object.keys(steps))}, body);
export { pipeline as ${name} };
`,
    );
    const code = await bundle(entry);
    // The same code has the same digest, wherever its entry happened to be.
    const lasting = code.replace(/^\/\/# sourceMappingURL=.*$/m, '').replaceAll(basename(folder), '');
    return { code, digest: digestOfCode(lasting) };
  } catch (cause) {
    throw new PipelineError(
      'PIPELINE_INVALID',
      `${body} cannot be bundled as workflow code; the lines above say why.`,
      {
        hint: 'It imports temporal-azureml/workflows, @temporalio/workflow and files beside it, and no Node module.',
        cause,
      },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

const locate = (file: string): string => JSON.stringify(join(workflows, `${file}${extension}`));

function digestOfCode(code: string): string {
  const sdk = ours('@temporalio/worker/package.json') as { version: string };
  return digestOfText(`${sdk.version} ${code}`).slice(0, 16);
}

async function bundle(workflowsPath: string): Promise<string> {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('WARN'),
    // A pipeline finds us and Temporal also where neither is installed beside it, and never a second copy.
    webpackConfigHook: (config) => {
      config.resolve!.alias = {
        ...(config.resolve!.alias as Record<string, string | false>),
        'temporal-azureml/workflows$': join(workflows, `public${extension}`),
        '@temporalio/workflow': dirname(ours.resolve('@temporalio/workflow/package.json')),
        '@temporalio/common': dirname(ours.resolve('@temporalio/common/package.json')),
      };
      return config;
    },
  });
  return code;
}

if (import.meta.main) {
  const { codePath } = await findOwnBundle();
  console.log((await readFile(codePath)).length, codePath);
}
