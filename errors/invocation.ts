import { extname, join, sep } from 'node:path';

const root = join(import.meta.dirname, '..');
const main = join(root, 'client', `main${extname(import.meta.filename)}`);

/** Whether this runs from a package; Node refuses TypeScript there, so a package has none. */
export const isPackage = root.includes(`${sep}node_modules${sep}`);

const program = isPackage ? 'npx temporal-azureml' : `node ${main}`;
const inProject = !isPackage && process.cwd() === root;

/** How commands are written in what the client says: as npm scripts in this project's own folder, else by our name. */
export const invocation = inProject ? 'npm run client --' : program;
export const workerInvocation = inProject ? 'npm run worker' : `${program} worker`;
export const devInvocation = inProject ? 'npm run dev' : `${program} dev`;
