import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/** Packs this project as `npm pack` does; yields the tarball and what is in it. */
export async function pack(folder: string): Promise<{ tarball: string; size: number; files: string[] }> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  // What the scripts around it print comes first.
  const [packed] = JSON.parse(stdout.slice(stdout.search(/^\[$/m))) as {
    filename: string;
    size: number;
    files: { path: string }[];
  }[];
  const { filename, size, files } = packed!;
  return { tarball: join(folder, filename), size, files: files.map(({ path }) => path) };
}

/**
 * Installs a tarball in a folder: with npm where PACKAGE_INSTALL=npm; else unpacked, with links to the runtime packages
 * that are here (an install is half a gigabyte).
 */
export async function install(tarball: string, folder: string): Promise<void> {
  if (process.env['PACKAGE_INSTALL'] === 'npm') {
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
    return;
  }
  const modules = join(folder, 'node_modules');
  const home = join(modules, 'temporal-azureml');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1']);
  for (const path of await listRuntimePackages()) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(root, path), join(folder, path));
  }
  await chmod(join(home, 'dist', 'client', 'main.js'), 0o755);
  await mkdir(join(modules, '.bin'));
  await symlink('../temporal-azureml/dist/client/main.js', join(modules, '.bin', 'temporal-azureml'));
}

/** `node_modules/<name>` of each package that is not for development alone. */
async function listRuntimePackages(): Promise<string[]> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const top = /^node_modules\/(@[^/]+\/)?[^/]+$/;
  return Object.entries(packages).flatMap(([path, { dev }]) => (top.test(path) && dev !== true ? path : []));
}
