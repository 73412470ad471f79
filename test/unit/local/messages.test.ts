import { type DefaultTreeAdapterMap, parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import { digestContent } from '../../../core/channels/digest-content.ts';
import { toMessageContent } from '../../../core/channels/message-content.ts';
import { ms_teams } from '../../../core/channels/ms-teams/index.ts';
import { slack } from '../../../core/channels/slack/index.ts';
import { testContent } from '../../../core/channels/test-content.ts';
import { drawMail, drawWebhook } from '../../../packages/cdk-local/src/messages/draw-message.ts';
import {
  BASE_URL,
  digest,
  exception,
  gateFailed,
  hostileException,
  hostileGate,
  messageOf,
  texts,
} from '../channels/samples.ts';

type Node = DefaultTreeAdapterMap['childNode'];
const nodesIn = (node: Node): Node[] => ('childNodes' in node ? [node, ...node.childNodes.flatMap(nodesIn)] : [node]);
const nodesOf = (html: string): Node[] => parseFragment(html).childNodes.flatMap(nodesIn);
const textOf = (html: string): string =>
  nodesOf(html)
    .map((node) => ('value' in node ? node.value : ''))
    .join(' ')
    .replaceAll(/\s+/g, ' ');
const elementsOf = (html: string): string[] => [
  ...new Set(nodesOf(html).flatMap((node) => ('tagName' in node ? node.tagName : []))),
];
const linksOf = (html: string): string[] =>
  nodesOf(html).flatMap((node) =>
    'attrs' in node ? node.attrs.filter(({ name }) => name === 'href').map(({ value }) => value) : [],
  );

const tested = { product: { id: '1', name: 'Shop' }, user: 'rita', now: new Date('2026-12-02T14:05:10Z'), baseUrl: '' };
const CONTENTS = {
  'a gate change': toMessageContent(gateFailed, BASE_URL),
  'an exception': toMessageContent(exception, BASE_URL),
  'a digest': digestContent(digest, BASE_URL),
  'a test': testContent(tested),
  'a hostile gate change': toMessageContent(hostileGate, BASE_URL),
  'a hostile exception': toMessageContent(hostileException, BASE_URL),
};
const DRAWN = ['a', 'br', 'dd', 'div', 'dl', 'dt', 'h3', 'p', 'pre'];

describe.each(Object.entries(CONTENTS))('%s', (_, content) => {
  it.each([
    ['Microsoft Teams', ms_teams],
    ['Slack', slack],
  ])('is drawn whole as it looks in %s, without elements of its own', (_channel, channel) => {
    // As it is sent: what JSON leaves out is left out.
    const drawn = drawWebhook(JSON.parse(JSON.stringify(channel.render(messageOf(content)))));
    expect(elementsOf(drawn).filter((name) => !DRAWN.includes(name))).toEqual([]);
    expect(drawn).not.toMatch(/<pre>\s*[{[]/);
    expect(textOf(drawn)).toContain(content.heading.slice(0, 40).replaceAll(/\s+/g, ' '));
    const shown = textOf(drawn);
    expect(content.facts.filter(({ label }) => !shown.includes(label))).toEqual([]);
    const urls = texts(content).flatMap(({ field, text }) => (field === 'url' ? text : []));
    expect(linksOf(drawn).toSorted()).toEqual(urls.toSorted());
  });
});

it('shows an element that it does not know as it was sent', () => {
  expect(textOf(drawWebhook({ text: 'x', blocks: [{ type: 'image', image_url: 'https://x.example' }] }))).toContain(
    '"image_url": "https://x.example"',
  );
  expect(textOf(drawWebhook({ type: 'gate', id: 7 }))).toContain('"id": 7');
});

it("runs no script of an email, and shows nothing outside the email's frame", () => {
  const drawn = drawMail('<p onclick="x()">"</p></iframe><script>x()</script>');
  expect(elementsOf(drawn)).toEqual(['iframe']);
  expect(drawn).toContain('sandbox="allow-same-origin"');
});
