import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { localTarget } from '../targets/local.ts';
import { runStep } from '../targets/step.ts';
import { snapshotSteps } from '../targets/source.ts';
import { openProject, quickScripts } from '../test/project.ts';
import { trainingSteps } from '../workflows/training-parameters.ts';
import type { Ground } from './ground.ts';
import { compare } from './measure.ts';
import { milliseconds, type Row } from './report.ts';
import { nextId } from './runs.ts';
import type { Size } from './size.ts';

/** A step on the local target, from its request to its committed result, beside the same program started bare. */
export async function measureLocal({ folder }: Ground, { rounds }: Size): Promise<Row[]> {
  const { root, store } = await openProject(join(folder, 'local'), {
    ...quickScripts,
    train: 'echo model > "$1/model.json"',
  });
  const snapshot = await snapshotSteps(store, root, trainingSteps);
  const host = { store, target: localTarget(), environment: { name: 'bench', packages: undefined } };
  const output = join(root, 'output');
  await mkdir(output);
  const { signal } = new AbortController();
  const times = await compare(
    {
      bare: async () => {
        const cwd = join(root, 'steps');
        await once(spawn('bash', ['-c', `bash train.sh ${output}`], { cwd, stdio: 'ignore' }), 'exit');
      },
      ours: () => {
        const name = { runId: nextId('step'), executionId: 'bench', step: 'train', attempt: 1 };
        const file = { path: 'data/none', digest: '0' };
        const inputs = {
          data_X: file,
          data_y: file,
          scaling: file,
          model_name: 'm',
          test_size: 0.2,
          random_state: 0,
        };
        const request = {
          ...name,
          snapshot: snapshot.digest,
          inputs,
          parameters: [],
          forceRerun: false,
          maxLost: 3,
        };
        return runStep(host, request, signal, () => undefined);
      },
    },
    { rounds, warmUp: 2 },
  );
  const { bare, ours } = times;
  return [
    { what: 'a step that does nothing, p50', unit: milliseconds, bare: bare.p50, ours: ours.p50 },
    {
      what: 'what the local target adds, p50',
      unit: milliseconds,
      ours: ours.p50 - bare.p50,
      goal: { most: 40 },
    },
  ];
}
