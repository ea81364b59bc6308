// `npm run readme` types the README's commands as a newcomer does, in order and on a terminal, and looks for what it
// promises. `npm ci` is left out: it would remove the Node that runs this.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const promised = [
  ['npm run demo', ['Mean squared error:  4150.680189329', 'Coefficient of determination:  0.190573468475']],
  ['npm run client -- start --test-size 0.3', ['prep_data reused from run', 'test_size 0.2 → 0.3']],
  ['npm run client -- models list', ['diabetes']],
  ['npm run client -- start --approve-if', ['approved by the condition: r2 >= 0.15']],
  ['npm run client -- sweep', ['12 trainings']],
  ['npx node steps/train_single.ts', ['Mean squared error:  4150.680189329']],
  ['npx node steps/train.ts', ['Coefficient of determination:  0.190573468475']],
  ['npx node steps/register_model.ts', ['version 1']],
] as const;

/** The slowest machine that builds the Temporal server with Go gets through the demo in this, in milliseconds. */
const limit = 20 * 60_000;

const readme = await readFile('README.md', 'utf8');
const commands = [...readme.matchAll(/^```sh\n(.*?)^```/gms)]
  .flatMap(([, block]) => block!.trim().split('\n'))
  .map((line) => line.replace(/\s+#.*/, ''))
  .filter((command) => command !== 'npm ci');

let development: ReturnType<typeof spawn> | undefined;
for (const command of commands)
  if (command === 'npm run dev') development = await startDevelopment();
  else await type(command);
if (development) {
  process.kill(-development.pid!, 'SIGINT');
  await once(development, 'exit');
}

/** Runs one command on a pseudo-terminal and looks for what the README promises of it. */
async function type(command: string): Promise<void> {
  console.log(`$ ${command}`);
  const child = spawn('script', ['-qefc', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const late = setTimeout(() => child.kill('SIGKILL'), limit);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  if (code === null) throw new Error(`${command} did not end within ${limit / 1000} s`);
  if (code !== 0) throw new Error(`${command} ended with exit code ${code}`);
  for (const [start, words] of promised)
    for (const text of words)
      if (command.startsWith(start) && !output.includes(text))
        throw new Error(`${command} did not print ${text}`);
}

/** Starts `npm run dev` and resolves when its worker is ready. */
async function startDevelopment(): Promise<ReturnType<typeof spawn>> {
  console.log('$ npm run dev &');
  const child = spawn('npm', ['run', 'dev'], { stdio: ['ignore', 'inherit', 'pipe'], detached: true });
  for await (const line of createInterface(child.stderr)) {
    console.log(line);
    if (line.startsWith('Ctrl-C stops')) break;
  }
  child.stderr.resume();
  return child;
}
