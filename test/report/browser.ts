import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Debian's Chromium, without a window and without a word to anybody. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

function findChromium(): string {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'chromium'));
  const found = places.find(isExecutable);
  if (found === undefined)
    throw new Error('There is no chromium on PATH: apt-get install --no-install-recommends chromium');
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A text whose colour is too close to what is behind it. */
export interface Faint {
  text: string;
  ratio: number;
}

/**
 * The texts of the page whose contrast is below this ratio, as WCAG 2 counts it. Runs in the page: it uses nothing of
 * this file.
 */
export function findFaint(least: number): Faint[] {
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- this function goes to the page alone
  const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element: Element): string => {
    const box = element.closest('g')?.querySelector('.box');
    if (box) return getComputedStyle(box).fill;
    const color = getComputedStyle(element).backgroundColor;
    if ((channels(color)[3] ?? 1) > 0) return color;
    return element.parentElement === null ? 'rgb(255, 255, 255)' : behind(element.parentElement);
  };
  return [...document.querySelectorAll('body *')].flatMap((element) => {
    const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
    const text = own
      .map(({ textContent }) => textContent)
      .join('')
      .trim();
    if (text === '' || element.tagName === 'title') return [];
    const style = getComputedStyle(element);
    const shades = [element instanceof SVGElement ? style.fill : style.color, behind(element)].map(luminance);
    const ratio = (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05);
    return ratio < least ? [{ text, ratio }] : [];
  });
}
