import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError, type ErrorCode } from '../../errors/error.ts';
import { Failure } from '../../steps/program/failure.ts';
import { writeOutputs } from '../../steps/program/output.ts';
import type { ModelFile } from '../../steps/regression/model.ts';
import { parseModel, scoreRows } from '../../steps/regression/scoring.ts';
import { openTable } from '../../steps/table/table.ts';
import type { Output } from '../io.ts';
import { answer, answerJson, remark, type Session, resolveTyped } from '../session.ts';
import { chooseVersion, labelOf, type Card } from './card.ts';

interface PredictOptions {
  data: string;
  out: string | undefined;
  best: string | undefined;
}

/** Predicts from the raw rows of a CSV file, to stdout or into a CSV file that appears when it is whole. */
export async function predictRows(
  session: Session,
  text: string,
  { data, out, best }: PredictOptions,
): Promise<number> {
  const card = await chooseVersion(session, text, best);
  const model = await readModel(card);
  const from = resolveTyped(session, data);
  if (!existsSync(from))
    throw new PipelineError('DATA_NOT_FOUND', `There is no data file ${from}.`, {
      hint: `Give a CSV file with the columns ${model.features.join(', ')}.`,
    });
  const rows = score(model, from);
  if (out === undefined) {
    const count = await print(session, rows);
    remark(session, `${count} predictions of ${model.target} by ${labelOf(card)}`);
    return 0;
  }
  const to = resolveTyped(session, out);
  if (existsSync(to) && realpathSync(to) === realpathSync(from))
    throw new PipelineError('USAGE', `--out and --data are both ${from}.`, {
      hint: 'Give the predictions a file of their own.',
    });
  const count = await write(to, rows);
  if (session.format === 'text') answer(session, to);
  else answerJson(session, { name: card.name, version: card.version, file: to, rows: count });
  return 0;
}

async function readModel({ folder, file }: Card): Promise<ModelFile> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PipelineError('MODEL_INVALID', `The model ${path} cannot be read: ${String(cause)}.`, {
      cause,
    });
  });
  try {
    return parseModel(text, path);
  } catch (error) {
    throw describeFailure(error, 'MODEL_INVALID');
  }
}

async function* score(model: ModelFile, path: string): AsyncGenerator<Float64Array> {
  try {
    yield* scoreRows(model, await openTable(path));
  } catch (error) {
    throw describeFailure(error, 'DATA_INVALID');
  }
}

/** Prints the predictions as they come, in the session's format; returns how many. */
async function print({ io, format }: Session, blocks: AsyncIterable<Float64Array>): Promise<number> {
  const { begin, line, between, end } = shapes[format];
  let count = 0;
  for await (const block of blocks) {
    if (count === 0 && block.length > 0) io.stdout.write(begin);
    const lines = Array.from(block, line).join(between);
    // What a slow reader has not taken yet would fill the memory.
    await deliver(io.stdout, count === 0 || lines === '' ? lines : between + lines);
    count += block.length;
  }
  io.stdout.write(count === 0 ? begin + end : end);
  return count;
}

const deliver = (output: Output, text: string): Promise<void> =>
  new Promise((resolve) => void output.write(text, resolve));

const title = 'prediction';

const object = (value: number): string => JSON.stringify({ [title]: value });

/** How predictions are printed in each format. */
const shapes = {
  text: { begin: `${title}\n`, line: (value: number) => `${value}\n`, between: '', end: '' },
  json: { begin: '[\n', line: (value: number) => `  ${object(value)}`, between: ',\n', end: '\n]\n' },
  jsonl: { begin: '', line: (value: number) => `${object(value)}\n`, between: '', end: '' },
};

async function write(path: string, blocks: AsyncIterable<Float64Array>): Promise<number> {
  try {
    return await writeOutputs(async (outputs) => {
      const file = outputs.open(path);
      let count = 0;
      file.write(`${title}\n`);
      for await (const block of blocks) {
        file.write(block.reduce((text, value) => `${text}${value}\n`, ''));
        count += block.length;
      }
      return count;
    });
  } catch (error) {
    throw describeFailure(error, 'STORE_UNWRITABLE');
  }
}

/** A failure of a step's code as an error of the client; anything else as it is. */
function describeFailure(error: unknown, code: ErrorCode): unknown {
  if (!(error instanceof Failure)) return error;
  return new PipelineError(code, sentence(error.message), { hint: sentence(error.hint), cause: error });
}

const sentence = (text: string): string => `${text.replace(/^[a-z]/, (letter) => letter.toUpperCase())}.`;
