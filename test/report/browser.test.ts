import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { writeReport } from '../../report/file.ts';
import { openStore, type FileStore } from '../../store/file.ts';
import type { Progress } from '../../workflows/messages.ts';
import { useFolder } from '../folder.ts';
import { findFaint, startBrowser } from './browser.ts';
import { completed, failed, leaveAttempt, leaveCompleted } from './left.ts';

/** What WCAG 2 asks of text, level AA. */
const contrast = 4.5;

const cancelled: Progress = {
  ...completed,
  executionId: 'cancelled',
  state: 'cancelled',
  steps: [
    { name: 'a_step_with_a_name_that_has_no_end_anywhere_near_'.repeat(3), state: 'running', attempt: 1 },
    { name: 'train', state: 'cancelled', attempt: 1 },
  ],
  metrics: { ['coefficient'.repeat(9)]: 1013.1735825689441 },
  cancellation: { by: 'kim@laptop', reason: 'wrong data' },
};

describe('the report of a run, in Chromium', () => {
  const folder = useFolder();
  let browser: Browser;
  let store: FileStore;
  before(async () => {
    [browser, store] = await Promise.all([startBrowser(), openStore(join(folder(), 'store'))]);
    await leaveCompleted(store);
  });
  after(() => browser?.close());

  const pages: Record<string, Progress> = { completed, failed, cancelled };
  const looks: Record<string, BrowserContextOptions> = {
    light: { colorScheme: 'light' },
    dark: { colorScheme: 'dark' },
    'narrow and dark': { colorScheme: 'dark', viewport: { width: 360, height: 640 } },
  };

  /** Opens a report, and remembers everything it asks for. */
  async function open(
    progress: Progress,
    look: BrowserContextOptions,
  ): Promise<{ page: Page; asked: string[] }> {
    const path = await writeReport(store, progress, { url: 'http://127.0.0.1:8233/run' });
    const page = await browser.newPage({ javaScriptEnabled: false, ...look });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const own = pathToFileURL(path).href;
    await page.goto(own);
    return { page, asked: asked.filter((url) => url !== own && !url.startsWith('data:')) };
  }

  for (const [name, progress] of Object.entries(pages))
    for (const [how, look] of Object.entries(looks))
      it(`of a ${name} run is readable ${how}, without JavaScript, and asks nobody for anything`, async () => {
        const { page, asked } = await open(progress, look);
        assert.deepEqual(await page.evaluate(findFaint, contrast), []);
        assert.ok(
          (await page.evaluate(() => document.documentElement.scrollWidth)) <= page.viewportSize()!.width,
        );
        assert.deepEqual(asked, []);
        await page.close();
      });

  it('is light or dark as the reader has it, and on paper always dark on light', async () => {
    const paper: Record<string, string> = {};
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open(completed, { colorScheme });
      const read = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      paper[colorScheme] = await read();
      await page.emulateMedia({ media: 'print' });
      paper[`${colorScheme}, printed`] = await read();
      assert.deepEqual(await page.evaluate(findFaint, contrast), []);
      await page.close();
    }
    const white = 'rgb(255, 255, 255)';
    assert.deepEqual(paper, {
      light: white,
      'light, printed': white,
      dark: 'rgb(13, 17, 23)',
      'dark, printed': white,
    });
  });

  it('shows the figure, and a graph that keeps its texts in its boxes', async () => {
    const { page } = await open(completed, {});
    assert.deepEqual(
      await page.evaluate(() => [...document.images].map(({ naturalWidth, alt }) => [naturalWidth, alt])),
      [[40, 'fig.svg, a figure drawn by step train']],
    );
    const overflows = await page.evaluate(() =>
      [...document.querySelectorAll('svg g')].flatMap((group) => {
        const box = group.querySelector('rect')!.getBoundingClientRect();
        return [...group.querySelectorAll('text')]
          .filter((text) => text.getBoundingClientRect().right > box.right)
          .map(({ textContent }) => textContent);
      }),
    );
    assert.deepEqual(overflows, []);
    await page.close();
  });

  it('tells a screen reader what is what', async () => {
    const { page } = await open(completed, {});
    assert.deepEqual(await page.getByRole('heading', { level: 1 }).allTextContents(), ['training-2']);
    assert.deepEqual(await page.getByRole('heading', { level: 2 }).allTextContents(), [
      'Result',
      'Steps',
      'Parameters',
      'Logs',
      'Where it comes from',
    ]);
    for (const table of ['Metrics', 'Model', 'What the run was given', 'Versions and places'])
      assert.equal(await page.getByRole('table', { name: table }).count(), 1, table);
    const graph =
      'The steps as a graph: train reads data_X of prep_data; register_model reads model_dir of train.';
    assert.equal(await page.getByRole('img', { name: graph }).count(), 1);
    await page.close();
  });

  it('runs nothing and loads nothing, whatever a step has left', async () => {
    const load = 'http://127.0.0.1:9/';
    const script = `<script>document.title = 'run'</script><img src="${load}" onerror="document.title = 'run'">`;
    const name = { runId: 'training-2', executionId: 'hostile', step: 'train', attempt: 1 };
    await leaveAttempt(
      store,
      name,
      {},
      {
        'user_logs/std_log.txt': `</pre>${script}`,
        'outputs/fig.svg': `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="${load}"/><script>document.title = 'run'</script></svg>`,
        'outputs/bad.png': script,
      },
    );
    const run: Progress = {
      ...completed,
      executionId: 'hostile',
      startedBy: script,
      steps: [{ name: 'train', state: 'done', attempt: 1, reason: script }],
    };
    const { page, asked } = await open(run, { javaScriptEnabled: true });
    assert.equal(await page.title(), 'training-2: completed');
    assert.equal(await page.locator('script, [onerror]').count(), 0);
    assert.deepEqual(asked, []);
    assert.ok((await page.innerText('body')).includes(`</pre>${script}`));
    await page.close();
  });
});
