import { parseModelName, parseRandomState, parseTestSize, readFlags } from './program/flags.ts';
import { runProgram, warn } from './program/main.ts';
import { withProgress } from './program/progress.ts';
import { writeOutputs } from './program/output.ts';
import { formatMetrics, warningsOf, writeModel } from './regression/model.ts';
import { trainLine } from './regression/training.ts';
import { readColumn } from './table/column.ts';
import { readScaling } from './table/scaling.ts';
import { openTable } from './table/table.ts';

await runProgram(async () => {
  const flags = readFlags('train.ts', 'fits a line to one part of the rows and measures it on the other', {
    data_X: { help: 'CSV file of the features', default: 'outputs/diabetes_X.csv' },
    data_y: { help: 'CSV file of the target, one column', default: 'outputs/diabetes_y.csv' },
    scaling: { help: 'JSON file of the scaling prep_data applied; goes into the model', optional: true },
    model_dir: { help: 'folder to write the model to', default: 'outputs' },
    model_name: { help: 'name of the model and its file', default: 'diabetes' },
    test_size: { help: 'fraction of the rows kept for testing', default: '0.2' },
    random_state: { help: 'seed of the split', default: '0' },
  });
  const modelName = parseModelName(flags.model_name);
  const options = {
    testSize: parseTestSize(flags.test_size),
    randomState: parseRandomState(flags.random_state),
    source: flags.data_X,
  };
  const table = await openTable(flags.data_X);
  const features = [...table.header];
  const target = await readColumn(flags.data_y);
  const scaling = flags.scaling === undefined ? null : readScaling(flags.scaling, features);
  const blocks = withProgress(table.blocks(features), target.values.length);
  const training = await trainLine(features, blocks, target.values, options);
  for (const warning of warningsOf(training, features)) warn(warning);
  await writeOutputs(async (outputs) => {
    const described = { features, target: target.name, scaling };
    writeModel(
      outputs,
      { modelDir: flags.model_dir, modelName, metrics: 'outputs/metrics.json' },
      training,
      described,
    );
    // Imported last, so that no error waits for the drawing library.
    const { drawFigure } = await import('./figure/draw.ts');
    await drawFigure(outputs, 'outputs/fig', training, described);
  });
  process.stdout.write(formatMetrics(training));
});
