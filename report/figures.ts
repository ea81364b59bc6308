import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { isFileError } from '../store/file.ts';
import { html, type Html } from './html.ts';

/** What all figures of a report may weigh together, in bytes: a page has to pass through the mail. */
const budget = 4 << 20;

/** Formats a browser shows, the one to prefer first: a figure left in both is shown once. */
const formats = { '.svg': 'image/svg+xml', '.png': 'image/png' } as const;

/** A picture a step has left. */
export interface Figure {
  step: string;
  /** Its file's name: `fig.svg`. */
  name: string;
  /** In bytes. */
  size: number;
  /** The picture itself, or undefined where there was no room for it. */
  uri?: Html;
}

/** Reads the pictures that steps have left, as long as there is room for them. */
export async function readFigures(folders: readonly { step: string; folder: string }[]): Promise<Figure[]> {
  let room = budget;
  const figures = folders.flatMap(({ step, folder }) =>
    listPictures(join(folder, 'outputs')).map(async ({ file, type, ...picture }): Promise<Figure> => {
      if (picture.size > room) return { step, ...picture };
      room -= picture.size;
      const markup = `data:${type};base64,${(await readFile(file)).toString('base64')}`;
      return { step, ...picture, uri: { markup } };
    }),
  );
  return Promise.all(figures);
}

function listPictures(folder: string): { file: string; name: string; size: number; type: string }[] {
  // Not what a link points to: a page that is mailed must not carry files from elsewhere.
  const files = listFolder(folder).filter((entry) => entry.isFile());
  const names = new Set(files.map(({ name }) => name));
  return [...names].toSorted().flatMap((name) => {
    const extension = extname(name);
    if (!isFormat(extension)) return [];
    if (extension === '.png' && names.has(`${name.slice(0, -4)}.svg`)) return [];
    const file = join(folder, name);
    return [{ file, name, size: statSync(file).size, type: formats[extension] }];
  });
}

const isFormat = (extension: string): extension is keyof typeof formats => extension in formats;

function listFolder(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return [];
    throw error;
  }
}

/** A figure in the page; as an image, so that nothing in it can run or load anything. */
export const renderFigure = ({ step, name, size, uri }: Figure): Html =>
  uri === undefined
    ? html`<p class="quiet">
        ${name} of ${step} is not shown: at ${formatSize(size)} it is too large to mail.
      </p>`
    : html`<figure>
        <img src="${uri}" alt="${name}, a figure drawn by step ${step}" />
        <figcaption>${name}, drawn by ${step}</figcaption>
      </figure>`;

const formatSize = (bytes: number): string => `${(bytes / (1 << 20)).toFixed(1)} MB`;
