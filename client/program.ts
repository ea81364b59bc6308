import { Command, CommanderError, Option } from 'commander';
import { PipelineError } from '../errors/error.ts';
import { addCancel } from './commands/cancel.ts';
import { addClean } from './commands/clean.ts';
import { addDeployment } from './commands/deployment.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDownload } from './commands/download.ts';
import { addHolds } from './commands/hold.ts';
import { addInit } from './commands/init.ts';
import { addList } from './commands/list.ts';
import { addLogs } from './commands/logs.ts';
import { addModels } from './commands/models.ts';
import { addParams } from './commands/params.ts';
import { addProgress } from './commands/progress.ts';
import { addRerun } from './commands/rerun.ts';
import { addRetry } from './commands/retry.ts';
import { addSchedule } from './commands/schedule.ts';
import { addShow } from './commands/show.ts';
import { addStart } from './commands/start.ts';
import { addStep } from './commands/step.ts';
import { addSweep } from './commands/sweep.ts';
import { addWatch } from './commands/watch.ts';
import { addWorker } from './commands/worker.ts';
import { exitCodeOf, exitTable, reportError } from './exit.ts';
import { processIO, type IO } from './io.ts';
import { readPipeline, type Pipeline } from '../pipelines/pipeline.ts';
import { assertFlagsArrived } from './npm.ts';
import { invocation, openSession, outputFormats, type GlobalOptions, type Session } from './session.ts';

/** What a command does; resolves with the exit code. Its arguments come as commander gives them, the options last. */
export type Run<Arguments extends unknown[]> = (session: Session, ...args: Arguments) => Promise<number>;

/** Turns what a command does into commander's action. */
export type Act = <Arguments extends unknown[]>(run: Run<Arguments>) => (...args: unknown[]) => Promise<void>;

/**
 * Runs the client with these arguments.
 *
 * @returns the exit code
 */
export async function runClient(args: string[], io: IO = processIO()): Promise<number> {
  let exitCode = 0;
  try {
    const pipeline = await readPipeline(io.cwd);
    const act: Act = (run) => bind(run, io, pipeline, (code) => (exitCode = code));
    const program = createProgram(io, act, pipeline);
    assertFlagsArrived(program, args, io.env);
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const known = error instanceof CommanderError ? describeUsage(error, args) : error;
    reportError(io, known, { json: asksForJson(args), debug: args.includes('--debug') });
    return exitCodeOf(known);
  }
}

function bind<Arguments extends unknown[]>(
  run: Run<Arguments>,
  io: IO,
  pipeline: Pipeline,
  end: (exitCode: number) => void,
) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.pop() as Command;
    const session = openSession(io, pipeline, command.optsWithGlobals<GlobalOptions>());
    end(await run(session, ...(given as Arguments)));
  };
}

/** The whole command line. */
export function createProgram(io: IO, act: Act, pipeline: Pipeline): Command {
  const program = new Command(invocation)
    .description('Starts, watches and steers training pipelines.')
    .usage('<command> [options]')
    .configureHelp({ showGlobalOptions: true })
    .addOption(
      new Option('-o, --output <format>', 'text, json or jsonl').choices(outputFormats).default('text'),
    )
    .addOption(
      new Option('--color <when>', 'when to use colours')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .option('--address <host:port>', "Temporal's address")
    .option('--namespace <name>', "Temporal's namespace")
    .option('--profile <name>', 'profile of the Temporal configuration file')
    .option('--debug', 'show where an error comes from')
    .helpCommand(false)
    .addHelpText('after', `\n${renderExitCodes()}`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      // Errors are reported in one place, after this.
      writeErr: () => undefined,
      getOutHelpWidth: () => 100,
    });
  const add = [
    addStart,
    addSweep,
    addWatch,
    addProgress,
    addLogs,
    addParams,
    addHolds,
    addRetry,
    addRerun,
    addCancel,
    addList,
    addShow,
    addDownload,
    addModels,
    addSchedule,
    addStep,
    addClean,
    addDeployment,
    addDoctor,
    addInit,
    addWorker,
  ];
  for (const one of add) one(program, act, pipeline);
  return program;
}

function renderExitCodes(): string {
  const rows = exitTable.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`);
  return ['Exit codes:', ...rows, '', `Example:\n  ${invocation} start --test-size 0.2 --watch`].join('\n');
}

function describeUsage({ code, message }: CommanderError, args: string[]): PipelineError {
  // Commander throws this after it has printed the help because no command was given.
  if (code === 'commander.help')
    return new PipelineError('USAGE', 'No command is given.', { hint: `${invocation} --help lists them.` });
  const command = args.find((one) => !one.startsWith('-')) ?? '';
  const text = message.replace(/^error: /, '').replaceAll('\n', ' ');
  const known = code === 'commander.unknownCommand' || command === '' ? '' : `${command} `;
  return new PipelineError('USAGE', text, { hint: `${invocation} ${known}--help shows what there is.` });
}

function asksForJson(args: string[]): boolean {
  const index = args.findIndex((one) => one === '-o' || one === '--output');
  const value = index === -1 ? args.find((one) => /^(-o|--output=)json/.test(one)) : args[index + 1];
  return value?.includes('json') ?? false;
}
