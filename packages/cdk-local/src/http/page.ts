import { escapeHtml } from '../escape-html.ts';
import { MESSAGE_STYLE } from '../messages/draw-message.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2430, #e6e9ee); --quiet: light-dark(#5a6675, #9aa7b8);
  --paper: light-dark(#fbfbf9, #14181e); --line: light-dark(#d8dce2, #323a46); --accent: light-dark(#0b5cad, #7db8f5); }
body { margin: 0 auto; max-width: 46rem; padding: 3rem 1.25rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p, dd { color: var(--quiet); } a { color: var(--accent); } strong { color: var(--ink); }
code, pre { font: .92em/1.5 ui-monospace, monospace; } pre { padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .4rem; overflow-x: auto; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); overflow-wrap: anywhere; gap: .3rem 1.2rem; } dt { font-weight: 600; } dd { margin: 0; }
ul.choices { list-style: none; padding: 0; } ul.choices button { width: 100%; text-align: left; margin-bottom: .5rem; }
button, input { font: inherit; padding: .55rem .8rem; border: 1px solid var(--line); border-radius: .4rem; background: transparent; color: var(--ink); }
button { cursor: pointer; } button:hover, button:focus-visible { border-color: var(--accent); }
`;

/** A plain page of the local stack: no request to anywhere. `main` is trusted HTML. */
export const pageOf = (title: string, main: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}${MESSAGE_STYLE}</style></head>
<body><main>${main}</main></body></html>
`;
