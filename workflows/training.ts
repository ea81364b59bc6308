import type { Progress, RunInput } from './messages.ts';
import { conductRun, parameter, type Run } from './run.ts';
import { trainingParameters, trainingSteps } from './training-parameters.ts';

/** Prepares the data, trains a linear regression and registers the model. */
export async function training(input: RunInput): Promise<Progress> {
  return conductRun(input, trainingParameters, Object.keys(trainingSteps), async (run) => {
    const prepared = await prepare(run);
    const trained = await train(run, prepared);
    await register(run, trained);
  });
}

const prepare = (run: Run) =>
  run.step('prep_data', { data: parameter('data'), features: parameter('features') });

const train = (run: Run, prepared: Awaited<ReturnType<typeof prepare>>) =>
  run.step('train', {
    ...prepared,
    model_name: parameter('model_name'),
    test_size: parameter('test_size'),
    random_state: parameter('random_state'),
  });

const register = (run: Run, trained: Awaited<ReturnType<typeof train>>) =>
  run.step('register_model', {
    ...trained,
    model_name: parameter('model_name'),
    registry: run.registry,
    run_id: run.globalId,
  });
