import naughtyStrings from 'big-list-of-naughty-strings/blns.json' with { type: 'json' };
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { digestContent } from '../../../core/channels/digest-content.ts';
import { renderEmail } from '../../../core/channels/email/email-message.ts';
import { writeMail } from '../../../core/channels/email/mime.ts';
import { toMessageContent } from '../../../core/channels/message-content.ts';
import { ms_teams } from '../../../core/channels/ms-teams/index.ts';
import { slack } from '../../../core/channels/slack/index.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import { oneLine, plainText } from '../../../core/platform/text/text.ts';
import { readHtml } from './read-mail.ts';
import { readMarkdown } from './read-markdown.ts';
import { readSlackMarkup } from './read-slack.ts';
import { BASE_URL, digestOf, exception, HOSTILE, messageOf, texts } from './samples.ts';

/** Beyond the list: what breaks out of headers, HTML, cards and blocks, and what hides. */
const OURS = [
  ...HOSTILE.split('\n'),
  'Shop\r\nBcc: all@evil.example\r\n\r\n<h1>Hello</h1>',
  'Shop\u2028Bcc: all@evil.example',
  '=?utf-8?B?UGF5IGhlcmU=?= =?utf-8?Q?=0D=0ABcc:_all@evil.example?=',
  '&lt;b&gt; &#42;x&#42; &nbsp; &amp;amp; &copy &#x202E;',
  '</td></table><img src=x onerror=alert(1)>',
  '</pre><!-- --><style>*{display:none}</style>',
  '--> <![CDATA[ x ]]> <?php x ?>',
  '![x](https://evil.example/x.png) [x]: https://evil.example\n[x]',
  'https://evil.example mailto:a@evil.example ftp://evil.example //evil.example',
  '<https://evil.example> <a@evil.example>',
  'a  \nb\\\nc\n===\nd\n---\n\te\n    f',
  '| a | b |\n| - | - |\n| c | d |',
  '<!subteam^S1> <!date^1^{date}|x> <#C1> :tada: @here',
  '``` ` ~~~ ~~x~~ ***x*** __x__',
  `$${'{payload}'} {{#if x}}y{{/if}} {0} %s`,
  'p\u0430ypal \u202Egpj.exe\u202C \u2066x\u2069 a\u00ADb\u200Bc\uFEFFd\u2060e \u{E0041}\u{E007F} \u180E \u3164',
  '\ud800 \u0000 \u001b[31m \u0008 \u0085',
];

/** Long ones are cut, which other tests look at. */
const LONGEST = 140;
const STRINGS = [
  ...new Set([...naughtyStrings, ...OURS].filter((text) => text.length <= LONGEST && text.trim() !== '')),
];

/** Bidirectional controls, and what shows as nothing. Joiners and variation selectors can be part of an emoji. */
const HIDDEN = /[[\p{Cc}\p{DI}\p{Bidi_C}\u2028\u2029\uFFF9-\uFFFB]--[\n\t\u200C\u200D\uFE0E\uFE0F]]/v;

const saying = (foreign: string): Notification => ({
  ...exception,
  name: foreign,
  message: foreign,
  product_id: '01KB7P0000BBBBBBBBBBBBBBBB',
  product_name: foreign,
  function: foreign,
  arguments: foreign,
  user: foreign,
  exception_class: foreign,
  trace: foreign,
});

const contentOf = (foreign: string) => toMessageContent(saying(foreign), BASE_URL);

/** As a reader sees it: blanks at the ends of lines and between words, and empty lines, do not count. */
const seen = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');

/** Foreign text stands in these places, on one line each but for message and trace. */
const FACTS = ['Product', 'Class', 'Function', 'Arguments', 'Caused by'] as const;

/** A card's mention is a tag, which must not come about where backslashes are not understood either. */
const withoutMentions = (text: string): string => text.replace(/<(?=\/?at>)/g, '‹');

const CASES = STRINGS.map((foreign) => ({ foreign, line: oneLine(foreign), lines: seen(plainText(foreign)) }));

const TABLE = ['table', 'tbody', 'tr'];
/** The elements of a mail before its facts: the page, the card with its bar, heading, message, and the table of facts. */
const CARD = [
  ...['html', 'head', 'meta', 'meta', 'meta', 'meta', 'style', 'style', 'style', 'body'],
  ...[...TABLE, 'td', ...TABLE, 'td', 'tr', 'td', 'h1', 'p', 'table', 'tbody'],
];

const attributeNames = (html: string): ReadonlySet<string | undefined> =>
  new Set(readHtml(html).attributes.map((attribute) => attribute.split('=')[0]));

/** The attributes of a mail without foreign text. */
const OUR_ATTRIBUTES = attributeNames(renderEmail(contentOf('Shop')).html);

describe('foreign text', () => {
  it('brings no header into a mail, and arrives as its text', async () => {
    for (const { foreign, line } of CASES) {
      const ends = { from: { name: foreign, address: 'gate@example.org' }, to: 'bob@example.org' };
      const ids = { messageId: null, thread: null };
      const mail = await PostalMime.parse(writeMail({ ...renderEmail(contentOf(foreign)), ...ends, ...ids }));
      expect(
        mail.headers.map(({ key }) => key),
        foreign,
      ).toEqual(['from', 'to', 'subject', 'auto-submitted', 'mime-version', 'content-type']);
      expect(seen(mail.subject ?? ''), foreign).toBe(seen(line));
      expect(mail.text, foreign).toContain(line);
      expect(mail.text, foreign).not.toMatch(HIDDEN);
    }
  });

  it('is text in HTML', () => {
    for (const { foreign, line, lines } of CASES) {
      const { html } = renderEmail(contentOf(foreign));
      const { tags, attributes, texts: shown } = readHtml(html);
      const rows = contentOf(foreign).facts.flatMap(() => ['tr', 'td', 'td']);
      expect(tags, foreign).toEqual([...CARD, ...rows, ...TABLE, 'td', ...TABLE, 'td', 'a', 'td', 'a']);
      expect(
        attributes.filter((attribute) => /^a href|=https?:|^\S+ on/.test(attribute)),
        foreign,
      ).toEqual([
        `a href=${BASE_URL}/products/01KB7P0000BBBBBBBBBBBBBBBB`,
        `a href=${BASE_URL}/notifications/${exception.id}`,
      ]);
      expect(attributeNames(html), foreign).toEqual(OUR_ATTRIBUTES);
      expect(shown.filter((text) => seen(text) === seen(line)).length, foreign).toBeGreaterThanOrEqual(FACTS.length);
      expect(shown.filter((text) => seen(text) === lines).length, foreign).toBeGreaterThanOrEqual(2);
      expect(shown.join(''), foreign).not.toMatch(HIDDEN);
    }
  });

  it('is text in an Adaptive Card', () => {
    for (const { foreign, line, lines } of CASES) {
      const [{ content }] = ms_teams.render(messageOf(contentOf(foreign))).attachments;
      const shown = texts({ body: content.body, fallback: content.fallbackText })
        .filter(({ field }) => ['text', 'value', 'fallback'].includes(field))
        .map(({ text }) => readMarkdown(text));
      expect(
        shown.flatMap(({ marks }) => marks),
        foreign,
      ).toEqual([]);
      const read = shown.map(({ text }) => seen(text));
      expect(read.filter((text) => text === seen(withoutMentions(line))).length, foreign).toBeGreaterThanOrEqual(
        FACTS.length,
      );
      expect(read.filter((text) => text === withoutMentions(lines)).length, foreign).toBeGreaterThanOrEqual(2);
      expect(read.join(''), foreign).not.toMatch(HIDDEN);
      expect(JSON.stringify(content), foreign).not.toMatch(/<\s*\/?\s*at\b/i);
    }
  });

  it('is text in Slack blocks', () => {
    for (const { foreign, line, lines } of CASES) {
      const { text: fallback, blocks } = slack.render(messageOf(contentOf(foreign)));
      const { marks, text } = readSlackMarkup(fallback);
      expect({ marks, text: seen(text) }, foreign).toEqual({ marks: [], text: seen(`⚠️ ${line}`) });
      const json = JSON.stringify(blocks);
      const markups = [...json.matchAll(/"type":"mrkdwn"/g)];
      // The trace, and our own links.
      expect(markups, foreign).toHaveLength(2);
      const all = texts(blocks).filter(({ field }) => field === 'text');
      const block = all.find(({ text: one }) => one.startsWith('```\n'))?.text ?? '';
      const trace = readSlackMarkup(block);
      expect(trace.marks, foreign).toEqual([]);
      expect(trace.text.split('```'), foreign).toHaveLength(3);
      expect(seen(trace.text.split('```')[1] ?? ''), foreign).toBe(lines.replaceAll('`', 'ˋ'));
      for (const label of ['Product', 'Class', 'Function', 'Arguments']) {
        expect(
          all.map(({ text: one }) => one),
          foreign,
        ).toContain(`${label}\n${line}`);
      }
      expect(all.map(({ text: one }) => one).join(''), foreign).not.toMatch(HIDDEN);
    }
  });

  it('is text in the entries of a digest', () => {
    const contentOfDigest = (text: string) => {
      const listed = digestOf(text);
      return digestContent({ ...listed, entries: listed.entries.slice(0, 2) }, BASE_URL);
    };
    const ourTags = readHtml(renderEmail(contentOfDigest('Shop')).html).tags;
    for (const { foreign, line } of CASES) {
      const content = contentOfDigest(foreign);
      const { tags, texts: shown } = readHtml(renderEmail(content).html);
      expect(tags, foreign).toEqual(ourTags);
      expect(shown.filter((text) => seen(text) === seen(line)).length, foreign).toBeGreaterThanOrEqual(4);

      const card = texts(ms_teams.render(messageOf(content)).attachments).filter(({ field }) => field === 'text');
      const read = card.map(({ text }) => readMarkdown(text));
      const links = ['link_open', 'link_close'];
      expect(
        read.flatMap(({ marks }) => marks),
        foreign,
      ).toEqual([...links, ...links, ...links]);
      expect(JSON.stringify(card), foreign).not.toMatch(/<\s*\/?\s*at\b/i);

      const blocks = texts(slack.render(messageOf(content)).blocks).map(({ text }) => text);
      expect(blocks.filter((text) => text === `⚠️ ${line}`).length, foreign).toBe(2);
      // Two entries, the link to the rest, and the one to the list.
      expect(blocks.filter((text) => text === 'mrkdwn').length, foreign).toBe(4);
      expect([...shown, ...read.map(({ text }) => text), ...blocks].join(''), foreign).not.toMatch(HIDDEN);
    }
  });
});
