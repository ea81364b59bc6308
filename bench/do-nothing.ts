import { stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Target } from '../targets/target.ts';

const metrics = JSON.stringify({ mse: 4150.680189329983, r2: 0.19057346847560164, rows: 442 });

/** A target that writes the outputs a command declares, in no time: what is left of a run is orchestration. */
export const doNothingTarget: Target = {
  async run({ command, logFile }) {
    const began = performance.now();
    const attempt = dirname(dirname(logFile));
    for (const [path] of command.matchAll(/\/[^\s'"]*\/named_outputs\/\w+/g)) {
      const folder = (await stat(path).catch(() => undefined))?.isDirectory();
      await writeFile(folder ? join(path, 'model.json') : path, '');
    }
    if (command.includes('model_dir')) await writeFile(join(attempt, 'outputs', 'metrics.json'), metrics);
    return {
      exitCode: 0,
      signal: undefined,
      outOfMemory: false,
      seconds: (performance.now() - began) / 1000,
      leftovers: 0,
    };
  },
  end: async () => 0,
};
