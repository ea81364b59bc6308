import { join } from 'node:path';
import { renderPng, renderSvg } from '../steps/figure/render.ts';
import { writeWhole, type FileStore } from '../store/file.ts';
import { sweepFolder, writeSweep } from '../store/sweep.ts';
import type { SweepProgress } from '../workflows/sweep-messages.ts';
import { specOf } from './figure.ts';
import { sweepFiles } from './files.ts';
import { readResults, renderCsv } from './results.ts';

/** Writes a sweep's table, its figure where there is something to draw, and last its record. */
export async function recordSweep(store: FileStore, sweep: SweepProgress): Promise<void> {
  const file = (name: string): string => join(sweepFolder(store, sweep.sweepId), name);
  const rows = await readResults(store, sweep);
  await writeWhole(file(sweepFiles.table), renderCsv(rows, sweep));
  if (sweep.best !== undefined) {
    const svg = await renderSvg(specOf(rows, sweep));
    await writeWhole(file(sweepFiles.svg), svg);
    await writeWhole(file(sweepFiles.png), renderPng(svg));
  }
  await writeSweep(store, sweep);
}
