import assert from 'node:assert/strict';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFigures, renderFigure } from '../../report/figures.ts';
import { useFolder } from '../folder.ts';
import { squeeze } from './page.ts';

describe('the figures of a report', () => {
  const folder = useFolder();
  const lay = async (
    step: string,
    files: Record<string, string>,
  ): Promise<{ step: string; folder: string }> => {
    const outputs = join(folder(), step, 'outputs');
    await mkdir(outputs, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(outputs, name), text);
    return { step, folder: join(folder(), step) };
  };

  it('are the pictures of each step, once each, as images', async () => {
    const train = await lay('train', { 'fig.png': 'P', 'fig.svg': '<svg/>', 'b.png': 'B', 'notes.txt': 'n' });
    const none = { step: 'prep_data', folder: join(folder(), 'prep_data') };
    assert.deepEqual(await readFigures([none, train]), [
      { step: 'train', name: 'b.png', size: 1, uri: { markup: 'data:image/png;base64,Qg==' } },
      { step: 'train', name: 'fig.svg', size: 6, uri: { markup: 'data:image/svg+xml;base64,PHN2Zy8+' } },
    ]);
  });

  it('are left out, and said to be, where the page would become too large to mail', async () => {
    const large = await lay('large', { 'a.png': '', 'b.png': '', 'c.png': 'C' });
    await truncate(join(large.folder, 'outputs', 'a.png'), 3 << 20);
    await truncate(join(large.folder, 'outputs', 'b.png'), 3 << 20);
    const figures = await readFigures([large]);
    assert.deepEqual(
      figures.map(({ name, uri }) => [name, uri !== undefined]),
      [
        ['a.png', true],
        ['b.png', false],
        ['c.png', true],
      ],
    );
    assert.equal(
      squeeze(renderFigure(figures[1]!).markup),
      '<p class="quiet">b.png of large is not shown: at 3.0 MB it is too large to mail.</p>',
    );
  });

  it('are never what a link points to', async () => {
    const linked = await lay('linked', {});
    await symlink('/etc/hostname', join(linked.folder, 'outputs', 'fig.png'));
    assert.deepEqual(await readFigures([linked]), []);
  });
});
