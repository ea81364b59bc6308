// `npm pack` runs this first: the package's JavaScript, and what it reads beside it, into dist/.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const beside = ['package.json', 'dev/no-profile.toml', 'dev/temporal-cli', 'scaffold/argparse.py'];

rmSync(join(root, 'dist'), { recursive: true, force: true });
execFileSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.package.json'], {
  cwd: root,
  stdio: 'inherit',
});
for (const path of beside) cpSync(join(root, path), join(root, 'dist', path), { recursive: true });
