/** The look of every page: the system's own fonts, light or dark as the reader has it, printable. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --raised: #f6f8fa; --line: #d1d9e0; --text: #1f2328; --quiet: #59636e;
  --good: #116329; --bad: #a40e26; --warn: #7d4e00; --busy: #0550ae;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --raised: #161b22; --line: #3d444d; --text: #e6edf3; --quiet: #9ea7b3;
    --good: #4ac26b; --bad: #ff8182; --warn: #e3b341; --busy: #79c0ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 54rem;
  background: var(--paper); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 2.5rem 0 0.75rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--line); font-size: 1.2rem; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 1rem; }
h3 .quiet { font-weight: 400; font-size: 0.875rem; }
p { margin: 0.5rem 0; }
a { color: var(--busy); }
code, pre, .number, .id { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: 0.875rem; }
pre {
  margin: 0.5rem 0; padding: 0.75rem 1rem; background: var(--raised); border: 1px solid var(--line);
  border-radius: 6px; line-height: 1.45; white-space: pre-wrap;
}
table { width: 100%; margin: 0.5rem 0 1rem; border-collapse: collapse; }
caption { padding: 0.25rem 0; text-align: left; color: var(--quiet); font-size: 0.875rem; }
th, td { padding: 0.375rem 0.75rem 0.375rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 600; }
tbody th { width: 11rem; font-weight: 400; }
td:last-child, th:last-child { padding-right: 0; }
.state { white-space: nowrap; }
figure { margin: 1rem 0; }
figcaption { margin-top: 0.25rem; color: var(--quiet); font-size: 0.875rem; }
img { display: block; max-width: 100%; height: auto; background: #ffffff; border: 1px solid var(--line); border-radius: 6px; }
svg { display: block; max-width: 100%; height: auto; }
svg text { fill: var(--text); font-size: 13px; }
svg .name { font-size: 15px; font-weight: 600; }
svg .box { fill: var(--raised); stroke: var(--line); }
svg .flow { fill: none; stroke: var(--quiet); stroke-width: 1.5; stroke-linejoin: round; }
svg .order { stroke-dasharray: 4 4; }
svg .tip { fill: var(--quiet); }
svg .label { fill: var(--quiet); paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.headline { margin: 0.5rem 0 0; font-size: 1.15rem; font-weight: 600; }
.quiet { color: var(--quiet); }
.good { color: var(--good); }
.bad { color: var(--bad); }
.warn { color: var(--warn); }
.busy { color: var(--busy); }
svg .good { fill: var(--good); }
svg .bad { fill: var(--bad); }
svg .warn { fill: var(--warn); }
svg .busy { fill: var(--busy); }
svg .quiet { fill: var(--quiet); }
.note { margin: 1rem 0; padding: 0.5rem 1rem; border-left: 4px solid currentcolor; background: var(--raised); }
.note > * { color: var(--text); }
@media (max-width: 36rem) {
  body { padding-top: 1rem; }
  tbody th { width: 8.5rem; }
  .steps tbody th { width: 5.5rem; }
}
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 0.875rem; }
  h2, h3, caption { break-after: avoid; }
  tr, figure, .note { break-inside: avoid; }
}
`;
