import { type Place, ShellReader } from './shell.ts';

/** `${{inputs.x}}` or `${{outputs.y}}` in a command; `key` is what follows the first dot. */
export type Reference = {
  kind: 'reference';
  /** As written. */
  text: string;
  /** Where in the command it begins. */
  offset: number;
  group: 'inputs' | 'outputs';
  key: string;
  place: Place;
  /** Whether white space stands on both sides, so that an empty value is no word at all. */
  alone: boolean;
};

/** A piece of a command: its own text, a reference, or a block that is dropped when its input is absent. */
export type Part =
  { kind: 'text'; text: string } | Reference | { kind: 'optional'; parts: (string | Reference)[] };

/** A fault in a command, at an offset into it. */
export type TemplateProblem = { offset: number; message: string };

const tokens = /\$\{\{\s*(\S*?)\s*\}\}|\$\{\{|\$\[\[|\]\]/g;

/** Splits a command into its own text, its references and its optional blocks, with every fault found on the way. */
export function parseTemplate(command: string): { parts: Part[]; problems: TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
  const parts: Part[] = [];
  const shell = new ShellReader();
  let block: { parts: (string | Reference)[]; offset: number; quoting: string } | undefined;
  let end = 0;

  const keep = (part: string | Reference) => {
    if (block !== undefined) block.parts.push(part);
    else parts.push(typeof part === 'string' ? { kind: 'text', text: part } : part);
  };
  const readText = (until: number) => {
    if (until === end) return;
    const text = command.slice(end, until);
    shell.read(text);
    keep(text);
  };

  for (const match of command.matchAll(tokens)) {
    const { 0: token, 1: expression, index: offset } = match;
    // Outside a block, ]] is the shell's own.
    if (token === ']]' && block === undefined) continue;
    readText(offset);
    end = offset + token.length;
    if (expression !== undefined) {
      const [group, ...key] = expression.split('.');
      if ((group === 'inputs' || group === 'outputs') && key.length > 0) {
        const place = shell.placeValue();
        const alone = place.wordStart && /^(?:\]\])?(?:\s|$)/.test(command.slice(end));
        keep({ kind: 'reference', text: token, offset, group, key: key.join('.'), place, alone });
      } else {
        problems.push({ offset, message: `${token} is neither \${{inputs.…}} nor \${{outputs.…}}` });
      }
    } else if (token === '${{') {
      problems.push({ offset, message: '${{ is not closed by }}' });
    } else if (token === '$[[') {
      if (block === undefined) block = { parts: [], offset, quoting: shell.markOptional() };
      else problems.push({ offset, message: 'a $[[ stands inside another $[[ ]]' });
    } else if (block !== undefined) {
      if (shell.markOptional() !== block.quoting) {
        problems.push({
          offset: block.offset,
          message: 'a quote or bracket opened in $[[ ]] is not closed in it',
        });
      }
      parts.push({ kind: 'optional', parts: block.parts });
      block = undefined;
    }
  }
  readText(command.length);
  if (block !== undefined) {
    problems.push({ offset: block.offset, message: '$[[ is not closed by ]]' });
    parts.push({ kind: 'optional', parts: block.parts });
  }
  return { parts, problems };
}

/** Yields the declared name a reference means (`x` for both `x` and `x.path`), or undefined. */
export function declaredName(names: Record<string, unknown>, key: string): string | undefined {
  if (Object.hasOwn(names, key)) return key;
  const name = key.replace(/\.path$/, '');
  return Object.hasOwn(names, name) ? name : undefined;
}
