import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../errors/error.ts';
import { isPackage } from '../errors/invocation.ts';
import type { ParameterSpecs } from '../workflows/parameters.ts';
import { trainingApproval, trainingParameters, trainingSteps } from '../workflows/training-parameters.ts';

/** What the client and the worker know of a pipeline. */
export interface Pipeline {
  /** The name of its workflow, and what its run ids begin with. */
  name: string;
  parameters: ParameterSpecs;
  /** The component file of each step, relative to the project folder. */
  steps: Readonly<Record<string, string>>;
  /** The step before which an approval is waited for. */
  approval: string;
  /** The last step of a training in a sweep, which is compared and not registered; undefined: all steps are run. */
  trial: string | undefined;
  /** Path of the TypeScript file with its body; undefined for this project's own, which is a workflow by itself. */
  body: string | undefined;
}

/** The file that makes a folder a project with a pipeline of its own. */
export const pipelineFile = 'temporal-azureml.json';

/** This project's own pipeline. */
export const trainingPipeline: Pipeline = {
  name: 'training',
  parameters: trainingParameters,
  steps: trainingSteps,
  approval: trainingApproval,
  trial: 'train',
  body: undefined,
};

/** What a folder without a pipeline has where we are a package: the training pipeline is no part of that. */
const noPipeline: Pipeline = {
  name: '(missing)',
  parameters: {},
  steps: {},
  approval: '',
  trial: undefined,
  body: undefined,
};

/**
 * The pipeline of a project folder: the one its `temporal-azureml.json` describes, else this project's own. It is data
 * and not code, so that the client reads it in a moment and runs nothing of the project's to show its help.
 *
 * @throws PipelineError PIPELINE_INVALID naming every value that is wrong
 */
export async function readPipeline(folder: string): Promise<Pipeline> {
  const file = join(folder, pipelineFile);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw invalid(file, error.message, error);
  });
  if (text === undefined) return isPackage ? noPipeline : trainingPipeline;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, String(cause), cause);
  }
  const { findProblems, pipelineShape } = await import('./shape.ts');
  const parsed = pipelineShape.safeParse(value);
  if (!parsed.success) throw invalid(file, findProblems(parsed.error));
  const { body, approval, ...pipeline } = parsed.data;
  const steps = Object.keys(pipeline.steps);
  return {
    ...pipeline,
    approval: approval ?? steps.at(-1) ?? '',
    trial: approval === undefined ? undefined : steps[steps.indexOf(approval) - 1],
    body: join(folder, body),
  };
}

const invalid = (file: string, problem: string, cause?: unknown): PipelineError =>
  new PipelineError('PIPELINE_INVALID', `${file} does not describe a pipeline: ${problem}`, {
    hint: 'Correct the file; docs/your-own-script.md says what it holds.',
    cause,
  });
