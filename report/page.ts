import { breakable, html, type Html } from './html.ts';
import { style } from './style.ts';

/** A whole page, which loads nothing and runs nothing, wherever it is opened. */
export function renderPage({ title, body }: { title: string; body: Html }): string {
  const policy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>
          ${{ markup: style }}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup;
}

/** A table of names and values, with its caption. */
export const renderPairs = (caption: string, pairs: readonly (readonly [string, Html | string])[]): Html =>
  html`<table>
    <caption>
      ${caption}
    </caption>
    <tbody>
      ${pairs.map(
        ([name, value]) =>
          html` <tr>
            <th scope="row">${breakable(name)}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table> `;
