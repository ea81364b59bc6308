// `npm run dev`: a Temporal server with its Web UI and a database file, and a worker, until Ctrl-C.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runDevelopment } = await import('./development.ts');
process.exitCode = await runDevelopment(process.cwd());
