import { PipelineError } from '../errors/error.ts';
import { copyFolders } from './copy.ts';
import { findView } from './inspect.ts';
import { findLeft } from './outcome.ts';
import { answer, answerJson, invocation, type Session, resolveTyped } from './session.ts';

/** Copies what the steps of a run have left into a new folder. */
export async function downloadRun(
  session: Session,
  runId: string,
  step: string | undefined,
  to: string | undefined,
): Promise<number> {
  const { view, store } = await findView(session, runId);
  const steps = view.progress?.steps ?? [];
  const names = steps.map(({ name }) => name).join(', ');
  if (step !== undefined && steps.length > 0 && steps.every(({ name }) => name !== step))
    throw new PipelineError('STEP_NOT_FOUND', `Run ${runId} has no step ${step}.`, {
      hint: `It has ${names}.`,
    });
  const folders: Record<string, string> = {};
  for (const one of steps) {
    if (step !== undefined && one.name !== step) continue;
    const left = await findLeft(store, view.progress!, one);
    if (left !== undefined) folders[left.place] = left.folder;
  }
  if (Object.keys(folders).length === 0)
    throw new PipelineError(
      'NOTHING_TO_DOWNLOAD',
      `${step ?? 'No step'} of run ${runId} has left nothing in ${store.root}.`,
      {
        hint: `${invocation} progress ${runId} shows how far it is.`,
      },
    );
  const target = resolveTyped(session, to ?? runId);
  const files = await copyFolders(folders, target, (name) => name === 'record.json');
  reportFiles(session, target, files);
  return 0;
}

/** Says which files are where now. */
export function reportFiles(session: Session, folder: string, files: string[]): void {
  if (session.format === 'text') for (const file of files) answer(session, `${folder}/${file}`);
  else answerJson(session, { folder, files });
}
