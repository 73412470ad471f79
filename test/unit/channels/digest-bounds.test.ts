/** Digests stay inside what each channel takes, and their texts stay text, whatever they are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ENTRIES } from '../../../core/channels/digest.ts';
import { digestContent } from '../../../core/channels/digest-content.ts';
import { renderEmail } from '../../../core/channels/email/email-message.ts';
import { ms_teams } from '../../../core/channels/ms-teams/index.ts';
import { slack } from '../../../core/channels/slack/index.ts';
import { readHtml } from './read-mail.ts';
import { readMarkdown } from './read-markdown.ts';
import { readSlackMarkup } from './read-slack.ts';
import { BASE_URL, digest, digestOf, HOSTILE, LONGEST_BASE_URL, messageOf, texts } from './samples.ts';

const KINDS = ['gate', 'alarm', 'exception'] as const;
const LONGEST_ENTRY_LINKS = `https://gatebell.example.org/${'x'.repeat(60)}`;
const BASE_URLS = ['', BASE_URL, LONGEST_ENTRY_LINKS, LONGEST_BASE_URL];

const longText = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('\\', '"', "'", '&', '<', '*', '_', '`', '\n', '👩‍👩‍👧', '\u200B', '日', 'A'),
      fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
    ),
    minLength: 300,
    maxLength: 4_096,
    size: 'max',
  })
  .map((text) => text.toWellFormed());

/** The texts that take most in some channel, and any. */
const WORST = [
  '"',
  '\\',
  '&',
  "'",
  '日',
  '👩‍👩‍👧',
  '\u200B',
  'W',
  '<at>',
  '{{',
  '\n*',
  '[a](https://b.example)',
  HOSTILE,
];

const forAll = (check: (content: ReturnType<typeof digestContent>) => void) => {
  const all = (text: string) => {
    for (const kind of KINDS) for (const url of BASE_URLS) check(digestContent(digestOf(text, kind), url));
  };
  for (const piece of WORST) all(piece.repeat(Math.ceil(4_096 / piece.length)));
  fc.assert(fc.property(longText, all), { numRuns: 5 });
};

describe('a digest by email', () => {
  const render = (baseUrl: string) => renderEmail(digestContent(digest, baseUrl));

  it('lists its subjects in text and in HTML', () => {
    expect(render(BASE_URL)).toMatchSnapshot();
  });

  it('is shown whole by Gmail, which cuts off what is behind 102 KB, whatever the texts are', () => {
    forAll((content) => {
      const { subject, html, text } = renderEmail(content);
      expect(subject.length).toBeLessThanOrEqual(200);
      expect(Buffer.byteLength(html)).toBeLessThan(102_000);
      expect(Buffer.byteLength(text)).toBeLessThan(102_000);
    });
  });

  it('has a font in every cell that holds text, and no style that Outlook ignores', () => {
    const { html } = render(BASE_URL);
    expect(html.replace(/<style>.*?<\/style>/gs, '')).not.toMatch(/display:|position:|float:|flex|grid|rgba?\(|var\(/);
    const cells = [...html.matchAll(/<td\b[^>]*style="([^"]*)"[^>]*>(?=[^\s]|<[ab])/g)].map(([, style]) => style);
    const holding = cells.filter((style) => style?.includes('padding:8px 0'));
    expect(holding.length).toBe(2 * digest.entries.length + 1);
    for (const style of holding) expect(style).toContain('font-family');
  });

  it('lets no markup in by foreign text', () => {
    const tags = (text: string) => readHtml(renderEmail(digestContent(digestOf(text), BASE_URL)).html);
    expect(tags(HOSTILE).tags).toEqual(tags('Shop').tags);
    expect(tags(HOSTILE).attributes).toEqual(tags('Shop').attributes);
  });
});

describe('a digest in Teams', () => {
  const bytes = (content: ReturnType<typeof digestContent>) =>
    Buffer.byteLength(JSON.stringify(JSON.stringify(ms_teams.render(messageOf(content)))));

  it('lists its subjects in a card', () => {
    expect(ms_teams.render(messageOf(digestContent(digest, BASE_URL)))).toMatchSnapshot();
  });

  it('stays below 20 KB as Teams counts, whatever the texts are', () => {
    forAll((content) => expect(bytes(content)).toBeLessThan(20_000));
  });

  it('links to each notification, and by nothing foreign', () => {
    const content = digestContent(digestOf(HOSTILE), `${BASE_URL}/a(b)`);
    const shown = texts(ms_teams.render(messageOf(content)).attachments[0].content.body)
      .filter(({ field }) => field === 'text')
      .map(({ text }) => text);
    const links = shown.flatMap((text) => [...text.matchAll(/\[(?:Open|35 more[^\]]*)\]\(([^)]*)\)/g)]);
    expect(links).toHaveLength(MAX_ENTRIES + 1);
    for (const [, url] of links) expect(url).toMatch(/^https:\/\/gatebell\.example\.org\/a%28b%29\/notifications/);
    const marks = shown.flatMap((text) => readMarkdown(text).marks);
    expect(marks).toEqual(links.flatMap(() => ['link_open', 'link_close']));
    expect(JSON.stringify(shown)).not.toMatch(/<\s*\/?\s*at\b/i);
  });
});

describe('a digest in Slack', () => {
  const render = (content: ReturnType<typeof digestContent>) => slack.render(messageOf(content));

  it('lists its subjects in blocks', () => {
    expect(render(digestContent(digest, BASE_URL))).toMatchSnapshot();
  });

  it('stays within the limits of Slack, whatever the texts are', () => {
    forAll((content) => {
      const { text: fallback, blocks } = render(content);
      expect(blocks.length).toBeLessThanOrEqual(50);
      const shown = texts(blocks).filter(({ field }) => field === 'text');
      expect(shown.reduce((sum, { text }) => sum + text.length, fallback.length)).toBeLessThanOrEqual(13_000);
      for (const block of blocks) {
        const parts = texts(block).filter(({ field }) => field === 'text');
        expect(parts.length).toBeGreaterThan(0);
        expect(parts.length).toBeLessThanOrEqual(10);
        const most = block.type === 'header' ? 150 : 3_000;
        for (const { text } of parts) expect(text.length).toBeLessThanOrEqual(most);
        for (const { text } of parts) expect(text.length).toBeGreaterThan(0);
      }
    });
  });

  it('has markup for its own links only', () => {
    const { text: fallback, blocks } = render(digestContent(digestOf(HOSTILE), BASE_URL));
    expect(readSlackMarkup(fallback).marks).toEqual([]);
    const markups = blocks
      .flatMap((block) => (block.type === 'context' ? block.elements : 'text' in block ? [block.text] : []))
      .filter(({ type }) => type === 'mrkdwn');
    expect(markups).toHaveLength(MAX_ENTRIES + 2);
    for (const { text } of markups) {
      expect(text).toMatch(/^<https:\/\/gatebell\.example\.org\/notifications[^|<>]*\|[^|<>]*>$/);
    }
  });

  it('names how many more there are even where no link fits', () => {
    const shown = JSON.stringify(render(digestContent(digest, `https://gatebell.example.org/${'x'.repeat(2_000)}`)));
    expect(shown).toContain('35 more, 4 of them failed');
    expect(shown).not.toContain('xxx');
  });
});
