import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import type { Spec } from 'vega';

declare global {
  var vega: typeof import('vega');
}

/** Renders a Vega specification to SVG, without a DOM; equal specifications give equal text. */
export async function renderSvg(spec: Spec): Promise<string> {
  const { parse, View } = await importVega();
  const view = new View(parse(spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}

/** Renders SVG to PNG at twice its size, with the font that stands beside this module: a server may have none. */
export function renderPng(svg: string): Uint8Array {
  const font = fileURLToPath(new URL('DejaVuSans.ttf', import.meta.url));
  return new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: { loadSystemFonts: false, fontFiles: [font], defaultFontFamily: 'DejaVu Sans' },
  })
    .render()
    .asPng();
}

// Vega's entry point imports some 250 modules (150 ms); the one-file build that stands beside it takes 20 ms. It is a
// script for browsers and leaves its exports in a global.
async function importVega(): Promise<typeof import('vega')> {
  await import(new URL('vega.min.js', import.meta.resolve('vega')).href);
  return globalThis.vega;
}
