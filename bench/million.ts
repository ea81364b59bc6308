import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { mersenne } from 'pure-rand/generator/mersenne';
import { runCommand } from './command.ts';
import type { Ground } from './ground.ts';
import { megabytes, seconds, type Row } from './report.ts';

const steps = join(import.meta.dirname, '..', 'steps');
const rows = 1_000_000;
const columns = Array.from({ length: 10 }, (_, index) => `x${index}`);

/** A million rows by ten features through prep_data and train, beside one scikit-learn script where Python has it. */
export async function measureMillion({ folder }: Ground): Promise<Row[]> {
  const cwd = join(folder, 'million');
  await mkdir(cwd);
  await writeRows(join(cwd, 'rows.csv'));
  const inputs = ['--data_X=X.csv', '--data_y=y.csv', '--scaling=scaling.json'];
  const prepared = await runStep(cwd, 'prep_data.ts', ['--data=rows.csv', '--features=all', ...inputs]);
  const trained = await runStep(cwd, 'train.ts', [...inputs, '--model_dir=model', '--test_size=0.2']);
  const plain = await runScikitLearn(cwd);
  return [
    {
      what: 'a million rows: prep_data and train, beside scikit-learn',
      unit: seconds,
      ...(plain && { bare: plain.seconds }),
      ours: prepared.seconds + trained.seconds,
    },
    ...(
      [
        ['prep_data', prepared],
        ['train', trained],
      ] as const
    ).map(([name, { peak }]) => ({
      what: `a million rows: peak memory of ${name}`,
      unit: megabytes,
      ...(plain && { bare: plain.peak }),
      ours: peak,
      goal: { most: 250 },
    })),
  ];
}

interface Usage {
  seconds: number;
  /** Megabytes resident at the most. */
  peak: number;
}

/** Says at the end how much memory the process had at the most; in KB, also where the system counts in bytes. */
const sayPeak = `data:text/javascript,process.on('exit',()=>console.error('peak',process.resourceUsage().maxRSS))`;

async function runStep(cwd: string, program: string, args: string[]): Promise<Usage> {
  const all = ['--import', sayPeak, join(steps, program), ...args];
  return readUsage(await runCommand(process.execPath, all, { cwd }));
}

/** Undefined where Python has no scikit-learn; PYTHON names another Python. */
async function runScikitLearn(cwd: string): Promise<Usage | undefined> {
  const python = process.env['PYTHON'] ?? 'python3';
  try {
    await runCommand(python, ['-c', 'import sklearn'], { cwd });
  } catch {
    return undefined;
  }
  return readUsage(await runCommand(python, [join(import.meta.dirname, 'million.py'), 'rows.csv'], { cwd }));
}

function readUsage({ stderr, milliseconds }: { stderr: string; milliseconds: number }): Usage {
  const kilobytes = Number(/^peak (\d+)$/m.exec(stderr)?.[1]);
  return { seconds: milliseconds / 1000, peak: (kilobytes * 1024) / 1e6 };
}

async function writeRows(path: string): Promise<void> {
  const file = createWriteStream(path);
  const random = mersenne(0);
  const draw = (): number => random.next() / 2 ** 31;
  file.write(`${[...columns, 'target'].join(',')}\n`);
  for (let written = 0; written < rows; written += 1000) {
    const lines = Array.from({ length: 1000 }, () => {
      const values = columns.map(draw);
      const target = values.reduce((sum, value, index) => sum + value * index, draw());
      return `${[...values, target].map((value) => value.toFixed(6)).join(',')}\n`;
    });
    if (!file.write(lines.join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}
