// The one-file script: the whole way from a CSV file to a model and a figure, with nothing between in files.
import { fileURLToPath } from 'node:url';
import { drawFigure } from './figure/draw.ts';
import { parseModelName, parseRandomState, parseTestSize, readFlags } from './program/flags.ts';
import { runProgram, warn } from './program/main.ts';
import { writeOutputs } from './program/output.ts';
import { formatMetrics, warningsOf, writeModel } from './regression/model.ts';
import { trainLine } from './regression/training.ts';
import { takeColumns } from './table/block.ts';
import { readWhole } from './table/column.ts';
import { chooseFeatures } from './table/features.ts';
import { applyScaling, Moments, scalingOf } from './table/scaling.ts';
import { openTable } from './table/table.ts';

await runProgram(async () => {
  const flags = readFlags('train_single.ts', 'trains a model on a CSV file that fits in memory', {
    data: {
      help: 'CSV file, its first line names the columns',
      default: fileURLToPath(new URL('../data/diabetes.csv', import.meta.url)),
    },
    features: { help: 'feature columns with commas between them, or all', default: 'bmi' },
    target: { help: 'column to be predicted', default: 'target' },
    model_name: { help: 'name of the model and its file', default: 'diabetes' },
    test_size: { help: 'fraction of the rows kept for testing', default: '0.2' },
    random_state: { help: 'seed of the split', default: '0' },
  });
  const modelName = parseModelName(flags.model_name);
  const testSize = parseTestSize(flags.test_size);
  const randomState = parseRandomState(flags.random_state);

  // Load the data and take the features and the target out of it.
  const table = await openTable(flags.data);
  const features = chooseFeatures(table, flags.features, flags.target);
  const data = await readWhole(table, [...features, flags.target]);
  const X = takeColumns(data, 0, features.length);
  const y = takeColumns(data, features.length, 1).values;

  // Scale the features as scikit-learn's load_diabetes does.
  const moments = new Moments(features.length);
  moments.add(X);
  const scaling = scalingOf(features, moments, flags.data);
  applyScaling(X, features, scaling);

  // Train on one part, test on the other.
  const training = await trainLine(features, [X], y, { testSize, randomState, source: flags.data });
  for (const warning of warningsOf(training, features)) warn(warning);

  // Save the model, the metrics and the figure.
  await writeOutputs(async (outputs) => {
    const described = { features, target: flags.target, scaling };
    writeModel(
      outputs,
      { modelDir: 'outputs', modelName, metrics: 'outputs/metrics.json' },
      training,
      described,
    );
    await drawFigure(outputs, 'outputs/fig', training, described);
  });
  process.stdout.write(formatMetrics(training));
});
