import { PipelineError } from '../../errors/error.ts';
import { deleteVersion } from '../../registry/deletion.ts';
import { findModel, type ModelVersion } from '../../registry/models.ts';
import { readTags } from '../../registry/tags.ts';
import { confirm } from '../confirm.ts';
import { answer, answerRows, invocation, remark, type Session } from '../session.ts';
import { describeAge } from '../table.ts';
import { describeUser } from '../user.ts';
import { labelOf, runOf } from './card.ts';
import { describeTags } from './tagging.ts';

/** Deletes versions of models. */
export async function deleteModels(
  session: Session,
  texts: string[],
  { yes }: { yes: boolean },
): Promise<number> {
  const whole = texts.find((text) => !text.includes(':'));
  if (whole !== undefined)
    throw new PipelineError('USAGE', `Name the version of ${whole} to delete.`, {
      hint: `For example ${whole}:3, or ${whole}:latest; ${invocation} models list ${whole} shows them.`,
    });
  const registry = session.config.registry.value;
  const models = await Promise.all(texts.map((text) => findModel(registry, text, { deleted: true })));
  const left = models.filter((model) => model.deleted === undefined);
  if (left.length > 0 && !yes && !(await isConfirmed(session, left))) return 2;
  const at = session.io.now().toISOString();
  for (const model of models) {
    if (model.deleted !== undefined) remark(session, `${labelOf(model)} was deleted already.`);
    // Again also then: a deletion that was killed may have left files.
    await deleteVersion(model.folder, { by: describeUser(), at });
    if (session.format === 'text') answer(session, `${labelOf(model)} deleted`);
  }
  if (session.format !== 'text') {
    const rows = models.map(({ name, version }) => ({ name, version, deleted: true }));
    answerRows(session, rows);
  }
  return 0;
}

async function isConfirmed(session: Session, models: ModelVersion[]): Promise<boolean> {
  if (!session.io.isTTY)
    throw new PipelineError('USAGE', 'models delete cannot be undone and needs --yes.', {
      hint: `${invocation} models delete ${models.map(labelOf).join(' ')} --yes`,
    });
  for (const model of models) remark(session, await describeLoss(session, model));
  return confirm(
    `Delete ${models.length === 1 ? 'it' : `these ${models.length}`}? The numbers are not given again.`,
  );
}

async function describeLoss({ io }: Session, model: ModelVersion): Promise<string> {
  const run = runOf(model);
  const tags = describeTags(await readTags(model));
  return [
    `${labelOf(model)}, registered ${describeAge(model.registeredAt, io.now())}`,
    ...(run === undefined ? [] : [`by run ${run}`]),
    ...(tags === '' ? [] : [`tagged ${tags}`]),
  ].join(', ');
}
