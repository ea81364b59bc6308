// `npm run demo -- --test-size 0.2`: server, worker and `start --watch` in one process; what it started, it stops.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runDemo } = await import('./demonstration.ts');
process.exitCode = await runDemo(process.argv.slice(2), process.cwd());
