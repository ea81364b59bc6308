/** A page's sections by their headings, as the lines of text a person reads. */
export function readSections(page: string): Record<string, string[]> {
  const [head = '', ...sections] = page.replace(/^[^]*<body>/, '').split('<h2>');
  return Object.fromEntries([
    ['', readText(head)],
    ...sections.map((section) => {
      const [heading = '', rest = ''] = section.split('</h2>');
      return [heading, readText(rest)] as const;
    }),
  ]);
}

/** Markup as lines of text: one for each block, row and line of a log. */
function readText(markup: string): string[] {
  return markup
    .replaceAll(/<pre\s*>([^]*?)<\/pre\s*>/g, (_, text: string) => `<br>${text.replaceAll('\n', '<br>')}<br>`)
    .replaceAll(/<title\s*>[^]*?<\/title\s*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/<\/(th|td) ?>/g, ' | ')
    .replaceAll(/<(?:br|\/(?:p|tr|caption|figcaption|h\d|div|text|table|g|figure))[ /]*>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .split('\n')
    .map((line) => line.trim().replace(/ \|$/, '').replaceAll(/ +/g, ' '))
    .filter((line) => line !== '');
}

/** Markup without the space that is there for whoever reads the source. */
export const squeeze = (markup: string): string =>
  markup.replaceAll(/>\s+|\s+</g, (space) => space.trim()).trim();
