import { enableCompileCache } from 'node:module';
import { exitCodes, PipelineError } from '../errors/error.ts';

enableCompileCache();
try {
  const { runWorker } = await import('./process.ts');
  process.exitCode = await runWorker(process.env, process.cwd());
} catch (error) {
  if (!(error instanceof PipelineError)) throw error;
  console.error(
    error.hint === undefined ? `error: ${error.message}` : `error: ${error.message}\n${error.hint}`,
  );
  process.exitCode = exitCodes[error.code];
}
