import { existsSync, readFileSync, statSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { PipelineError } from '../errors/error.ts';
import { listParameters } from '../scaffold/parameters.ts';
import { renderProject } from '../scaffold/project.ts';
import { languages, readScript, type Script } from '../scaffold/script.ts';
import { describeFileError } from '../store/file.ts';
import { invocation, isPackage } from '../errors/invocation.ts';
import { answer, answerJson, remark, type Session } from './session.ts';

/** Lays down what makes a script of this folder a pipeline: all of it, or nothing where a file of it is there already. */
export async function initCommand(
  session: Session,
  given: string | undefined,
  taken: ReadonlySet<string>,
): Promise<number> {
  const { cwd } = session.io;
  const path = given === undefined ? await findScript(cwd) : locateScript(session, given);
  const script = await readScript(join(cwd, path), path);
  const parameters = listParameters(script, { isFile: (file) => isFile(resolve(cwd, file)), taken });
  const files = renderProject(script, parameters);
  const existing = Object.keys(files).filter((file) => existsSync(join(cwd, file)));
  if (existing.length > 0)
    throw new PipelineError(
      'PROJECT_EXISTS',
      `${existing.join(', ')} would be overwritten; nothing was written.`,
      {
        hint: `Move ${existing.length === 1 ? 'it' : 'them'} away, or use what is there: ${invocation} start --watch`,
      },
    );
  await writeFiles(cwd, files);
  const ignored = await ignoreStore(cwd);
  report(session, script, [...Object.keys(files), ...(ignored ? ['.gitignore'] : [])]);
  return 0;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** Names of files that are no training script, whatever their language. */
const noScript = /^(setup|conftest|__init__|pipeline)\.|\.(test|spec|config|d)\.|^test_|_test\./;

async function findScript(cwd: string): Promise<string> {
  const names = (await readdir(cwd)).filter(
    (name) => languages[extname(name)] !== undefined && !noScript.test(name) && isFile(join(cwd, name)),
  );
  if (names.length === 1) return names[0]!;
  const found =
    names.length === 0 ? 'No script is here' : `${names.length} scripts are here: ${names.join(', ')}`;
  throw new PipelineError('USAGE', `${found}.`, {
    hint: `Name your training script: ${invocation} init ${names[0] ?? 'train.py'}`,
  });
}

function locateScript({ io: { cwd, env } }: Session, given: string): string {
  // What npm runs has the project's folder, and INIT_CWD where it was typed; npx has both in one.
  const file = resolve(env['npm_command'] === 'run-script' ? (env['INIT_CWD'] ?? cwd) : cwd, given);
  const path = relative(cwd, file).split(sep).join('/');
  const problem = !isFile(file)
    ? 'there is no such file'
    : path.startsWith('../')
      ? 'it is not in this folder'
      : languages[extname(file)] === undefined
        ? `it has to end with ${Object.keys(languages).join(', ')}`
        : undefined;
  if (problem === undefined) return path;
  throw new PipelineError('USAGE', `${given} cannot be made a pipeline: ${problem}.`, {
    hint: 'Go to the folder of your project and name a script in it.',
  });
}

async function writeFiles(cwd: string, files: Record<string, string>): Promise<void> {
  const written: string[] = [];
  try {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(cwd, file)), { recursive: true });
      await writeFile(join(cwd, file), text, { flag: 'wx' });
      written.push(file);
    }
  } catch (error) {
    await Promise.all(written.map((file) => rm(join(cwd, file))));
    throw describeFileError(error);
  }
}

/** Keeps the store out of the project's Git; yields whether that was to do. */
async function ignoreStore(cwd: string): Promise<boolean> {
  const file = join(cwd, '.gitignore');
  const text = existsSync(file) ? await readFile(file, 'utf8') : '';
  if (/^\/?\.temporal-azureml\/?\s*$/m.test(text)) return false;
  await appendFile(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}.temporal-azureml/\n`);
  return true;
}

function report(session: Session, { path, flags, left }: Script, written: string[]): void {
  if (session.format === 'text') for (const file of written) answer(session, file);
  else answerJson(session, { script: path, files: written, parameters: flags.map(({ flag }) => flag), left });
  if (left.length > 0) remark(session, `not taken over: ${left.join(', ')}`);
  remark(session, `What ${path} leaves in outputs/ is kept; outputs/metrics.json is the metrics of the run.`);
  const install = isPackage && !existsSync(join(session.io.cwd, 'node_modules', 'temporal-azureml'));
  const next = [
    ...(install ? [`npm install ${findSource()}`] : []),
    `${invocation} dev`,
    `${invocation} start --watch    # in another terminal`,
  ];
  next.forEach((line, index) => remark(session, `${index === 0 ? 'Next:' : '     '} ${line}`));
}

/** What npx was given to find this package, as it notes it beside the packages it keeps. */
function findSource(): string {
  const folder = import.meta.dirname.split(`${sep}node_modules${sep}`)[0]!;
  try {
    const { _npx } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      _npx?: { packages?: string[] };
    };
    return _npx?.packages?.[0] ?? 'temporal-azureml';
  } catch {
    return 'temporal-azureml';
  }
}
