import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;

/** What a mail program makes of an HTML mail. */
export type ReadHtml = {
  readonly tags: readonly string[];
  /** Every attribute as `tag name=value`, but for styles. */
  readonly attributes: readonly string[];
  /** The text of each element that holds some, in order. */
  readonly texts: readonly string[];
};

const SKIPPED = new Set(['style', 'charset', 'lang']);

const walk = (node: Node, into: { tags: string[]; attributes: string[]; texts: string[] }): void => {
  if (defaultTreeAdapter.isTextNode(node) && node.value.trim() !== '') into.texts.push(node.value);
  if (defaultTreeAdapter.isElementNode(node)) {
    into.tags.push(node.tagName);
    for (const { name, value } of node.attrs) {
      if (!SKIPPED.has(name)) into.attributes.push(`${node.tagName} ${name}=${value}`);
    }
  }
  if ('childNodes' in node) for (const child of node.childNodes) walk(child, into);
};

export const readHtml = (html: string): ReadHtml => {
  const read = { tags: [], attributes: [], texts: [] };
  // A line break within a text is one of its lines.
  walk(parse(html.replaceAll('<br>\n', '\n')), read);
  return read;
};
