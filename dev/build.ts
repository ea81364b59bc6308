import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const moduleFolder = join(import.meta.dirname, 'temporal-cli');
const cliPackage = 'github.com/temporalio/cli';

/** Builds the CLI that dev/temporal-cli/go.mod pins into `target`; its checksums are in go.sum. Rejects with the reason. */
export async function buildBinary(
  target: string,
  {
    version,
    env,
    log,
    every = 5000,
  }: { version: string; env: NodeJS.ProcessEnv; log: (line: string) => void; every?: number },
): Promise<void> {
  const stamp = `-X ${cliPackage}/internal/temporalcli.Version=${version}`;
  const started = performance.now();
  const say = (): void =>
    log(
      `building the Temporal CLI ${version} with Go, once, about 6 minutes: ${clock(performance.now() - started)}`,
    );
  const go = spawn(
    'go',
    [
      'build',
      '-C',
      moduleFolder,
      '-trimpath',
      '-buildvcs=false',
      '-ldflags',
      `-s -w ${stamp}`,
      '-o',
      target,
      `${cliPackage}/cmd/temporal`,
    ],
    // Without cgo the build needs no C compiler.
    { env: { ...env, CGO_ENABLED: '0' }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  go.stderr.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-2000)));
  const ticking = setInterval(say, every);
  try {
    await once(go, 'spawn');
    say();
    const [code, signal] = (await once(go, 'close')) as [number | null, NodeJS.Signals | null];
    if (code !== 0) throw new Error(`go build ended with ${signal ?? `code ${code}`}: ${lastLine(output)}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Error('go is not on PATH', { cause: error });
    throw error;
  } finally {
    clearInterval(ticking);
  }
}

function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
