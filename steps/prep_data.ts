import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataFailure, usageFailure } from './program/failure.ts';
import { readFlags } from './program/flags.ts';
import { runProgram, warn } from './program/main.ts';
import { openProgress } from './program/progress.ts';
import { formatJson, writeOutputs } from './program/output.ts';
import { chooseFeatures } from './table/features.ts';
import { applyScaling, isConstant, Moments, scalingOf } from './table/scaling.ts';
import { openTable } from './table/table.ts';
import { formatRows, takeColumns } from './table/block.ts';

await runProgram(async () => {
  const flags = readFlags(
    'prep_data.ts',
    'takes the features and the target out of a CSV file, and scales the features',
    {
      data: {
        help: 'CSV file, its first line names the columns',
        default: fileURLToPath(new URL('../data/diabetes.csv', import.meta.url)),
      },
      features: { help: 'feature columns with commas between them, or all', default: 'bmi' },
      target: { help: 'column to be predicted', default: 'target' },
      data_X: { help: 'CSV file to write: the scaled features', default: 'outputs/diabetes_X.csv' },
      data_y: { help: 'CSV file to write: the target', default: 'outputs/diabetes_y.csv' },
      scaling: {
        help: 'JSON file to write: mean and scale of each feature',
        default: 'outputs/scaling.json',
      },
    },
  );
  for (const output of [flags.data_X, flags.data_y, flags.scaling]) {
    if (resolve(output) === resolve(flags.data)) {
      throw usageFailure(`the output ${output} would replace the data file`, 'give the output another path');
    }
  }
  const prepared = await writeOutputs(async (outputs) => {
    // The first reading finds errors and the scaling, the second writes: neither keeps the rows in memory.
    const table = await openTable(flags.data);
    const features = chooseFeatures(table, flags.features, flags.target);
    const moments = new Moments(features.length);
    const say = openProgress();
    for await (const block of table.blocks([...features, flags.target])) {
      moments.add(takeColumns(block, 0, features.length));
      const { bytes, size } = table.reading;
      if (bytes < size) say(() => `${Math.floor((50 * bytes) / size)}%, ${moments.rows} rows read`);
    }
    if (moments.rows === 0) {
      throw dataFailure(`${flags.data} has column names but no rows`, 'give a file with at least one row');
    }
    const scaling = scalingOf(features, moments, flags.data);
    const constant = features.filter((_, column) => isConstant(moments, column));
    if (constant.length > 0)
      warn(`the same in every row: ${constant.join(', ')}; nothing can be learnt from it`);

    const data_X = outputs.open(flags.data_X);
    const data_y = outputs.open(flags.data_y);
    outputs.add(flags.scaling, formatJson(scaling));
    data_X.write(`${features.join(',')}\n`);
    data_y.write(`${flags.target}\n`);
    let rows = 0;
    for await (const block of (await openTable(flags.data)).blocks([...features, flags.target])) {
      const scaled = takeColumns(block, 0, features.length);
      applyScaling(scaled, features, scaling);
      data_X.write(formatRows(scaled));
      data_y.write(formatRows(takeColumns(block, features.length, 1)));
      rows += block.rows;
      const done = rows;
      if (done < moments.rows)
        say(() => `${50 + Math.floor((50 * done) / moments.rows)}%, ${done}/${moments.rows} rows written`);
    }
    if (rows !== moments.rows) {
      throw dataFailure(
        `${flags.data} changed while it was read (${moments.rows} rows, then ${rows})`,
        'run it again',
      );
    }
    return { rows, features };
  });
  console.log(`Prepared ${prepared.rows} rows: ${prepared.features.join(', ')}`);
});
