import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentFor } from '../dev/environment.ts';
import { openProject, quickScripts } from '../test/project.ts';
import { startWorkerProcess } from '../test/worker.ts';
import type { Ground } from './ground.ts';
import { callMany } from './measure.ts';
import { megabytes, type Row } from './report.ts';
import { prepareRuns } from './runs.ts';

const cached = 100;

/** The memory of a worker process, as `npm run worker` starts it, with a hundred finished runs in its cache. */
export async function measureMemory({ client, address, folder }: Ground): Promise<Row[]> {
  const { root, store } = await openProject(join(folder, 'memory'), quickScripts);
  const env = environmentFor({ address, uiUrl: undefined }, process.env);
  const worker = await startWorkerProcess(root, { ...env, TEMPORAL_AZUREML_STORE: store.root });
  try {
    const before = await residentMegabytes(worker.pid);
    const { fresh } = await prepareRuns(client, store, { root, data: join(root, 'rows.csv') });
    await callMany(fresh, 8, cached);
    return [
      { what: 'memory of a worker that has just started', unit: megabytes, ours: before },
      {
        what: `memory of a worker with ${cached} finished runs cached`,
        unit: megabytes,
        ours: await residentMegabytes(worker.pid),
        goal: { most: 300 },
      },
    ];
  } finally {
    worker.signal('SIGTERM');
    worker.signal('SIGTERM');
    await worker.ended;
  }
}

/** The memory a process holds. */
export async function residentMegabytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return (Number(stdout) * 1024) / 1e6;
}
