import type { Metrics, Progress } from '../workflows/messages.ts';
import { html, type Html } from './html.ts';
import { renderPairs } from './page.ts';

/** Metrics told one by one. */
const toldMetrics = 200;
/** Where a value that is no number is cut, in characters. */
const longestValue = 300;

/** What a run has measured and the model it has registered. */
export function renderResult({ metrics, model }: Progress): Html {
  const rows = flatten(metrics);
  const rest = rows.length - toldMetrics;
  return html`${rows.length === 0 ? '' : renderPairs('Metrics', rows.slice(0, toldMetrics))}${
    rest > 0 ? html`<p class="quiet">${rest} more are in the run’s record.</p> ` : ''
  }${
    model === undefined
      ? ''
      : renderPairs('Model', [
          ['name', model.name],
          ['version', String(model.version)],
          ['place', renderLink(model.uri)],
        ])
  }${
    rows.length === 0 && model === undefined
      ? html`<p>Nothing is measured, and no model is registered.</p> `
      : ''
  }`;
}

/** Nested metrics by their path: `rows.train`. Numbers are as they are. */
function flatten(metrics: Metrics, prefix = ''): [string, Html][] {
  return Object.entries(metrics).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flatten(value as Metrics, `${prefix}${name}.`)
      : [[`${prefix}${name}`, renderValue(value)]],
  );
}

function renderValue(value: unknown): Html {
  if (typeof value === 'number') return html`<span class="number">${value}</span>`;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return html`${text.length > longestValue ? `${text.slice(0, longestValue)}…` : text}`;
}

/** What a run was given; of a data file its name and its digest. */
export const renderParameters = ({ parameters }: Progress): Html =>
  renderPairs(
    'What the run was given',
    Object.entries(parameters).map(([name, value]) => {
      const [, digest, file] = /^data\/([0-9a-f]{64})\/(.+)$/.exec(String(value)) ?? [];
      if (digest === undefined) return [name, renderValue(value)];
      return [name, html`${file}<br /><code class="quiet">sha256:${digest}</code>`];
    }),
  );

/** A link to what a browser can open from anywhere; the text of any other. */
export const renderLink = (uri: string): Html =>
  /^https?:\/\//i.test(uri) ? html`<a href="${uri}">${uri}</a>` : html`<code>${uri}</code>`;
