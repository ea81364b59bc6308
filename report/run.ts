import type { Progress } from '../workflows/messages.ts';
import type { Content } from './content.ts';
import { renderDecisions } from './decision.ts';
import { renderFigure } from './figures.ts';
import { renderGraph } from './graph.ts';
import { html, type Html } from './html.ts';
import { renderPage, renderPairs } from './page.ts';
import { renderLink, renderParameters, renderResult } from './result.ts';
import { lookOf } from './state.ts';
import { renderFailure, renderLogs, renderSteps } from './steps.ts';
import { formatSeconds, renderTime, runSeconds } from './time.ts';
import type { Versions } from './versions.ts';

/** What a report says beside what the store has of the run. */
export interface Circumstances {
  /** The run's state, where Temporal knows it better than the run: `terminated`. */
  state: string;
  /** Whether the run goes on. */
  goesOn: boolean;
  now: Date;
  /** The run in Temporal's Web UI. */
  url: string;
  versions: Versions;
}

/** The report of a run: one page, which needs nothing beside it. */
export function renderRun(content: Content, circumstances: Circumstances): string {
  const { progress, steps, figures } = content;
  return renderPage({
    title: `${progress.runId}: ${circumstances.state}`,
    body: html`${renderHead(content, circumstances)}
      <main>
        <h2>Result</h2>
        ${renderResult(progress)}${figures.map(renderFigure)}
        <h2>Steps</h2>
        ${steps.length === 0 ? '' : renderGraph(steps, circumstances.now)}${renderSteps(steps, circumstances.now)}
        <h2>Parameters</h2>
        ${renderParameters(progress)}
        <h2>Logs</h2>
        ${renderLogs(steps)}
        <h2>Where it comes from</h2>
        ${renderOrigin(content, circumstances)}
      </main>`,
  });
}

function renderHead({ progress }: Content, { state, goesOn, now, url }: Circumstances): Html {
  const { runId, pipeline, target, startedBy, startedAt, rerunOf, steps, failure } = progress;
  const { mark, tone } = lookOf(state);
  const failed = steps.filter((step) => step.state === 'failed');
  return html`<header>
    <h1>${runId}</h1>
    <p class="headline">
      <span class="${tone}">${mark} ${state}</span> ${describeDuration(progress, goesOn, now)}
    </p>
    <p class="quiet">
      A run of ${pipeline} on target ${target}, started ${renderTime(startedAt)} by ${startedBy}.
      ${rerunOf === undefined ? '' : html`It goes on from run <span class="id">${rerunOf}</span>.`}
      <a href="${url}">Temporal Web UI</a>
    </p>
    ${
      goesOn
        ? html`<div class="note busy">
            <p>The run goes on. This is how it stood at ${renderTime(now.toISOString())}.</p>
          </div> `
        : ''
    }${renderDecisions(progress)}${failed.map(renderFailure)}${
      failure !== undefined && failed.length === 0
        ? html`<div class="note bad">
            <p><strong>${failure}</strong></p>
          </div> `
        : ''
    }
  </header>`;
}

/** How long a run took or has taken; when a terminated one ended, nobody has recorded. */
function describeDuration(progress: Progress, goesOn: boolean, now: Date): string | undefined {
  const seconds = formatSeconds(runSeconds(progress, now));
  if (goesOn) return `for ${seconds} so far`;
  return progress.finishedAt === undefined ? undefined : `in ${seconds}`;
}

function renderOrigin({ progress, steps, folder, store }: Content, { url, versions }: Circumstances): Html {
  const { executionId, snapshot } = progress;
  const places = new Map<string, string[]>();
  for (const { name, record } of steps) {
    if (record === undefined) continue;
    const place = `${record.parts.environment} on ${record.host}`;
    places.set(place, [...(places.get(place) ?? []), name]);
  }
  return renderPairs('Versions and places', [
    ['Temporal Web UI', renderLink(url)],
    ['execution', html`<code>${executionId}</code>`],
    ['code snapshot', html`<code>sha256:${snapshot}</code>`],
    ...[...places].map(([place, names]) => [`environment of ${names.join(', ')}`, place] as const),
    ['record', html`<code>${store.replace(/\/$/, '')}/${folder}/run.json</code>`],
    [
      'written with',
      `temporal-azureml ${versions.project}, Node ${versions.node}, Temporal SDK ${versions.sdk}`,
    ],
  ]);
}
