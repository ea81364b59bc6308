import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runWorker } = await import('./process.ts');
process.exitCode = await runWorker(process.env, process.cwd());
