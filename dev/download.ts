import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

const fetchBinary = join(import.meta.dirname, `fetch-binary${extname(import.meta.filename)}`);

/** Downloads the CLI the way Temporal's SDK does (proxies included) into `target`. Rejects with the reason. */
export async function downloadBinary(
  target: string,
  {
    version,
    env,
    log,
    patience = 10_000,
  }: { version: string; env: NodeJS.ProcessEnv; log: (line: string) => void; patience?: number },
): Promise<void> {
  const folder = `${target}.download`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const failure = await fetchInto(folder, { version, env, log, patience });
    // The SDK also tries the server it downloaded. What counts here is the file: whoever starts it hears of any trouble.
    await rename(join(folder, `temporal-v${version}`), target).catch((error: unknown) => {
      throw new Error(failure ?? 'the download left no file', { cause: error });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the download until it ends or stands still; yields why it failed, if it did. */
async function fetchInto(
  folder: string,
  {
    version,
    env,
    log,
    patience,
  }: { version: string; env: NodeJS.ProcessEnv; log: (line: string) => void; patience: number },
): Promise<string | undefined> {
  const child = spawn(process.execPath, [fetchBinary, version, folder], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-4000)));
  let bytes = 0;
  let movedAt = performance.now();
  let stalled = false;
  const watching = setInterval(
    () => {
      void sizeOf(folder).then((size) => {
        if (size > bytes) {
          [bytes, movedAt] = [size, performance.now()];
          log(`downloading the Temporal CLI ${version}: ${Math.round(bytes / 1e6)} MB`);
        } else if (performance.now() - movedAt > patience) {
          stalled = true;
          child.kill('SIGKILL');
        }
      });
    },
    Math.min(1000, patience / 4),
  );
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (stalled) return `temporal.download: nothing came for ${patience / 1000} s`;
    return code === 0 ? undefined : `temporal.download: ${shorten(output)}`;
  } finally {
    clearInterval(watching);
  }
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (file) => file.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The SDK's message names the address twice before it comes to the cause, which is last. */
function shorten(message: string): string {
  return message.trim().split('client error (Connect): ').at(-1) ?? message;
}
