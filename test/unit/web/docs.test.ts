import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import { documentPages } from '../../../web/build/docs.ts';
import { pathOf, TOPICS } from '../../../web/src/help/topics.ts';

type Node = DefaultTreeAdapterMap['childNode'];

const elementsIn = (node: Node): { readonly id: string | undefined; readonly href: string | undefined }[] => {
  if (!('attrs' in node)) return [];
  const attribute = (name: string) => node.attrs.find((each) => each.name === name)?.value;
  return [{ id: attribute('id'), href: attribute('href') }, ...node.childNodes.flatMap(elementsIn)];
};

const pages = new Map(
  [...documentPages()].map(([path, html]) => [`/${path}`, parse(html).childNodes.flatMap(elementsIn)]),
);

/** Whether an address leads to a served document, and to a heading there if it names one. */
const isThere = (address: string): boolean => {
  const { pathname, hash } = new URL(address, 'https://gatebell.example.org');
  const page = pages.get(pathname);
  return page !== undefined && (hash === '' || page.some(({ id }) => `#${id}` === hash));
};

test('a link to a document or a heading that is not there is found', () => {
  expect(isThere('/docs/deploy.html#9-ci')).toBe(true);
  expect(isThere('/docs/deploy.html#9-cd')).toBe(false);
  expect(isThere('/docs/speed.html')).toBe(false);
});

describe('the documentation that the page serves', () => {
  test.each(Object.entries(TOPICS))('has what the help of %s links to', (_topic, { links }) => {
    expect(links.map(pathOf).filter((path) => !isThere(path))).toEqual([]);
  });

  test.each([...pages])('%s links only to what is there', (path, elements) => {
    const links = elements.flatMap(({ href }) =>
      href === undefined || /^https?:|^\/(?!docs\/)/.test(href) ? [] : href,
    );
    const base = `https://gatebell.example.org${path}`;
    expect(links.filter((href) => !isThere(new URL(href, base).href))).toEqual([]);
  });

  test('is one style sheet and no script, as the Content-Security-Policy demands', () => {
    for (const html of documentPages().values()) {
      expect(html).not.toMatch(/<script|<style|style="/);
      expect(html.match(/<link rel="stylesheet"/g)).toHaveLength(1);
    }
  });
});
