/** The workflow code as one bundle, built ahead of time: `npm run bundle`; a worker builds it when it is missing. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { digestOf, digestOfText } from '../store/digest.ts';
import { exists } from '../store/file.ts';

/** The workflow code as a worker loads it. */
export interface WorkflowBundle {
  codePath: string;
  /** Of the workflow code and the SDK's version. */
  digest: string;
}

const root = join(import.meta.dirname, '..');

/** The bundle for the workflows as they are now; builds it first where it is missing (about a second). */
export async function findWorkflowBundle(): Promise<WorkflowBundle> {
  const workflows = join(root, 'workflows');
  const sdk = createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string };
  const digest = digestOfText(`${sdk.version} ${await digestOf(workflows)}`).slice(0, 16);
  const codePath = join(root, 'node_modules', '.cache', 'temporal-azureml', `workflows-${digest}.js`);
  if (!(await exists(codePath))) await build(join(workflows, 'index.ts'), codePath);
  return { codePath, digest };
}

async function build(workflowsPath: string, codePath: string): Promise<void> {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  const partial = `${codePath}.${process.pid}`;
  await mkdir(dirname(codePath), { recursive: true });
  await writeFile(partial, code);
  await rename(partial, codePath);
}

if (import.meta.main) {
  const { codePath } = await findWorkflowBundle();
  console.log((await readFile(codePath)).length, codePath);
}
