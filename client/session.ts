import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { PipelineError } from '../errors/error.ts';
import type { Pipeline } from '../pipelines/pipeline.ts';
import { readConfig, type Config } from './config.ts';
import { linkToRun } from '../report/link.ts';
import { invocation } from '../errors/invocation.ts';
import type { IO } from './io.ts';

export const outputFormats = ['text', 'json', 'jsonl'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** Gives text a colour, where colours are wanted. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** What every command works with. */
export interface Session {
  io: IO;
  config: Config;
  /** The pipeline of the project folder. */
  pipeline: Pipeline;
  format: OutputFormat;
  paint: Paint;
}

/** The options every command has. */
export interface GlobalOptions {
  output: OutputFormat;
  color: 'auto' | 'always' | 'never';
  address?: string;
  namespace?: string;
  profile?: string;
  debug?: true;
}

export { invocation };

/** Opens a session from the options every command has. */
export function openSession(io: IO, pipeline: Pipeline, options: GlobalOptions): Session {
  const colored = wantsColor(options.color, io);
  return {
    io,
    config: readConfig(options, io.env, io.cwd),
    pipeline,
    format: options.output,
    paint: (style, text) => (colored ? styleText(style, text, { validateStream: false }) : text),
  };
}

function wantsColor(flag: GlobalOptions['color'], { env, isTTY }: IO): boolean {
  if (flag !== 'auto') return flag === 'always';
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return isTTY && env['TERM'] !== 'dumb';
}

/** Writes a line of the answer. */
export const answer = ({ io }: Session, line: string): void => void io.stdout.write(`${line}\n`);

/** Writes a line that is not the answer: progress, hints, warnings. */
export const remark = ({ io }: Session, line: string): void => void io.stderr.write(`${line}\n`);

/** Writes the answer as JSON: one indented object, or one line of it with `-o jsonl`. */
export function answerJson(session: Session, value: unknown): void {
  answer(session, JSON.stringify(value, undefined, session.format === 'json' ? 2 : undefined));
}

/** Writes rows as JSON: one list of them, or with `-o jsonl` one on each line. */
export function answerRows(session: Session, rows: unknown[]): void {
  if (session.format === 'json') answerJson(session, rows);
  else for (const row of rows) answerJson(session, row);
}

/** A page of the Web UI: a run, from its first event on. */
export const runUrl = ({ config }: Session, namespace: string, runId: string, executionId: string): string =>
  linkToRun({ uiUrl: config.uiUrl.value, namespace }, { runId, executionId });

/** The run id that was given; a terminal may leave it out and gets the latest. */
export async function chooseRun(
  session: Session,
  given: string | undefined,
  findLatest: () => Promise<string | undefined>,
): Promise<string> {
  if (given !== undefined) return given;
  if (!session.io.isTTY)
    throw new PipelineError('USAGE', 'No run is named.', {
      hint: `Give a run id; ${invocation} list shows them.`,
    });
  const latest = await findLatest();
  if (latest === undefined)
    throw new PipelineError('RUN_NOT_FOUND', 'There is no run yet.', {
      hint: `Start one: ${invocation} start --watch`,
    });
  remark(session, `latest run: ${latest}`);
  return latest;
}

/** A path as it was typed: npm runs us in the project folder, but the path is relative to where npm was called. */
export const resolveTyped = ({ io }: Pick<Session, 'io'>, path: string): string =>
  resolve(io.env['INIT_CWD'] ?? io.cwd, path);
