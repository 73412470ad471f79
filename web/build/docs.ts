import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import markdownIt from 'markdown-it';
import type { Plugin } from 'vite';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs');

/** The documents that the page serves, for users and administrators. */
const DOCUMENTS = ['deploy', 'eventbridge', 'glossary', 'integrate', 'runbook', 'webhook-receiver'] as const;

/** What GitHub makes of a heading as its anchor, so that the documents' own links lead to it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** Where a link of a document leads in the page; null for files that the page doesn't serve. */
const hrefOf = (link: string): string | null => {
  if (/^(?:https?:|#)/.test(link)) return link;
  if (link === 'openapi.json') return '/api/openapi.json';
  const [, name, anchor = ''] = /^([\w-]+)\.md(#.*)?$/.exec(link) ?? [];
  return DOCUMENTS.some((document) => document === name) ? `${name}.html${anchor}` : null;
};

const markdown = markdownIt();

type Tokens = ReturnType<typeof markdown.parse>;

const addAnchors = (tokens: Tokens): void => {
  for (const [position, token] of tokens.entries()) {
    if (token.type === 'heading_open') token.attrSet('id', anchorOf(tokens[position + 1]?.content ?? ''));
  }
};

const fixLinks = (tokens: Tokens): void => {
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    if (token.type !== 'link_open') continue;
    const href = hrefOf(String(token.attrGet('href')));
    if (href === null) token.attrs = [];
    else token.attrSet('href', href);
  }
};

/** A document as a page of its own. */
const pageOf = (source: string): string => {
  const tokens = markdown.parse(source, {});
  addAnchors(tokens);
  fixLinks(tokens);
  const title = tokens.find(({ type }) => type === 'inline')?.content ?? '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Gatebell</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs.css">
</head>
<body><main>
${markdown.renderer.render(tokens, markdown.options, {})}</main></body>
</html>
`;
};

/** The documents as files of the page, by name: `docs/deploy.html`. */
export const documentPages = (): ReadonlyMap<string, string> =>
  new Map(DOCUMENTS.map((name) => [`docs/${name}.html`, pageOf(readFileSync(join(FOLDER, `${name}.md`), 'utf8'))]));

/** Serves the documentation with the page, in the version that is deployed, to networks without internet too. */
export const docs = (): Plugin => ({
  name: 'docs',
  apply: 'build',
  generateBundle() {
    for (const [fileName, source] of documentPages()) this.emitFile({ type: 'asset', fileName, source });
  },
});
