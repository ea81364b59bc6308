import { join } from 'node:path';
import { renderPng, renderSvg } from '../steps/figure/render.ts';
import { writeWhole, type FileStore } from '../store/file.ts';
import { sweepFolder, writeSweep } from '../store/sweep.ts';
import type { SweepProgress } from '../workflows/sweep-messages.ts';
import { specOf } from './figure.ts';
import { readResults, renderCsv } from './results.ts';

/** What a sweep leaves in its folder, beside its record. */
export const sweepFiles = { table: 'results.csv', svg: 'figure.svg', png: 'figure.png' } as const;

/** Writes a sweep's table, its figure and, when they are there, its record. */
export async function recordSweep(store: FileStore, sweep: SweepProgress): Promise<void> {
  const folder = sweepFolder(store, sweep.sweepId);
  const rows = await readResults(store, sweep);
  await writeWhole(join(folder, sweepFiles.table), renderCsv(rows, sweep));
  const svg = await renderSvg(specOf(rows, sweep));
  await writeWhole(join(folder, sweepFiles.svg), svg);
  await writeWhole(join(folder, sweepFiles.png), renderPng(svg));
  await writeSweep(store, sweep);
}
