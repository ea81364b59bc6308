/** Markup that is safe to put into a page: made by `html`, and by nothing else. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | undefined | readonly Part[];

/** Markup from a template: whatever is put into it is escaped, unless it is markup itself. Lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  let markup = strings[0]!;
  for (const [index, part] of parts.entries()) markup += render(part) + strings[index + 1]!;
  return { markup };
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (isList(part)) return part.map(render).join('');
  return typeof part === 'object' ? part.markup : escape(String(part));
}

const isList = (part: Part): part is readonly Part[] => Array.isArray(part);

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text that means itself, between tags and in quoted attributes. Control characters are left out: what a step prints
 * must not turn the direction in which its neighbours are read.
 */
export const escape = (text: string): string =>
  text.replaceAll(
    /[&<>"']|(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (character) => entities[character] ?? '',
  );

/** A name that may be broken after its separators, where a line is too short for it. */
export const breakable = (name: string): Html => ({ markup: escape(name).replaceAll(/[_.-]/g, '$&<wbr>') });
