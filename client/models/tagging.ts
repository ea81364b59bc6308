import { PipelineError } from '../../errors/error.ts';
import { findModel } from '../../registry/models.ts';
import { changeTags, readTags, type Tags } from '../../registry/tags.ts';
import { describeFileError } from '../../store/file.ts';
import { answer, answerJson, invocation, type Session } from '../session.ts';
import { labelOf } from './card.ts';

/** Changes the tags of a version, or shows them where no change is given. */
export async function tagModel(
  session: Session,
  text: string,
  changes: string[],
  remove: string[],
): Promise<number> {
  const set = Object.fromEntries(changes.map(parseTag));
  const both = remove.filter((key) => Object.hasOwn(set, key));
  if (both.length > 0)
    throw new PipelineError('USAGE', `${both.join(', ')} cannot be set and removed at once.`);
  const model = await findModel(session.config.registry.value, text);
  const unchanged = changes.length === 0 && remove.length === 0;
  const tags = unchanged
    ? await readTags(model)
    : await changeTags(model, { set, remove }).catch((error: unknown) => {
        throw describeFileError(error);
      });
  if (session.format === 'text')
    for (const [key, value] of Object.entries(tags)) answer(session, `${labelOf(model)}\t${key}\t${value}`);
  else answerJson(session, { name: model.name, version: model.version, tags });
  return 0;
}

function parseTag(text: string): [string, string] {
  const [, key, value] = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,99})=(.{0,500})$/.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return [key, value];
  throw new PipelineError('USAGE', `A tag is key=value on one line, not ${JSON.stringify(text)}.`, {
    hint:
      'The key has 1 to 100 letters, digits, dots, dashes and underscores. ' +
      `For example: ${invocation} models tag diabetes:3 stage=production`,
  });
}

/** Tags on one line, as they are typed. */
export const describeTags = (tags: Tags): string =>
  Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
