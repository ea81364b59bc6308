import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { findWorkflowBundle } from '../../worker/bundle.ts';
import { replayAdvice } from '../../worker/replay.ts';

const root = join(import.meta.dirname, '..', '..');
const histories = join(root, 'test', 'histories');

interface RecordedHistory {
  events: { workflowExecutionStartedEventAttributes?: { workflowId?: string } }[];
}

const readHistory = async (file: string): Promise<RecordedHistory> =>
  JSON.parse(await readFile(join(histories, file), 'utf8')) as RecordedHistory;

/** Under the id it was recorded with: a sweep's trainings have ids made of it. */
async function replay(workflowBundle: ReplayWorkerOptions['workflowBundle'], file: string): Promise<void> {
  const history = await readHistory(file);
  const { workflowId } = history.events[0]!.workflowExecutionStartedEventAttributes!;
  await Worker.runReplayHistory({ workflowBundle: workflowBundle! }, history, workflowId);
}

const advice = (file: string): string =>
  `${file} does not replay: open runs of that version would fail. ${replayAdvice}`;

describe('the workflows', () => {
  for (const file of readdirSync(histories).filter((name) => name.endsWith('.json')))
    it(`replay ${file}`, async () => {
      await assert.doesNotReject(replay(await findWorkflowBundle(), file), advice(file));
    });

  it('changed so that an open run would break, do not replay', async () => {
    const copy = await mkdtemp(join(root, 'test', '.broken-'));
    try {
      await cp(join(root, 'workflows'), join(copy, 'workflows'), { recursive: true });
      const file = join(copy, 'workflows', 'training.ts');
      const source = await readFile(file, 'utf8');
      const broken = source.replace(
        'const trained = await train(',
        'await prepare(run);\n    const trained = await train(',
      );
      assert.notEqual(broken, source);
      await writeFile(file, broken);
      const logger = new DefaultLogger('ERROR');
      const bundle = await bundleWorkflowCode({ workflowsPath: join(copy, 'workflows', 'index.ts'), logger });
      await assert.rejects(replay(bundle, '0.1-completed.json'), DeterminismViolationError);
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});
