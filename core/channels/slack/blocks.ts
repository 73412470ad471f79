import { cut, cutMiddle, cutMiddleToFit, cutTrace } from '../../platform/text/text.ts';
import type { ContentEntry, Fact, Link, MessageContent } from '../message-content.ts';

/**
 * Lengths of the parts, below Slack's own limits (docs.slack.dev: header 150, section 3,000, field 2,000, fallback 4,000) and together below the some 13,200 characters that all blocks may have.
 */
const MAX = {
  header: 150,
  fallback: 300,
  message: 2_500,
  fact: 500,
  arguments: 1_200,
  trace: 2_900,
  link: 1_450,
  entryTitle: 150,
  entryLine: 160,
  entryLink: 140,
} as const;

type PlainText = { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };
type Markup = { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };

type Block =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: PlainText | Markup }
  | { readonly type: 'section'; readonly fields: readonly PlainText[] }
  | { readonly type: 'context'; readonly elements: readonly (PlainText | Markup)[] };

/** The body that a Slack webhook takes. */
type SlackMessage = {
  /** What notifications of the desktop and the phone show. Slack parses it as markup unless told not to. */
  readonly text: string;
  readonly mrkdwn: false;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly blocks: readonly Block[];
};

/** Exactly these three are Slack's control characters; escaped, no mention and no link comes about. */
const escapeControls = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Foreign text goes into plain text, where Slack reads no markup; `emoji` off keeps `:name:` as it is. */
const plain = (text: string): PlainText => ({ type: 'plain_text', text, emoji: false });

/** Our own text, or text whose control characters are escaped. */
const markup = (text: string): Markup => ({ type: 'mrkdwn', text, verbatim: true });

/** In a code block all that counts is what would end it: the backticks become look-alikes. */
const codeBlock = (text: string): string => `\`\`\`\n${escapeControls(text.replaceAll('`', 'ˋ'))}\n\`\`\``;

const traceBlock = (trace: string): Block => {
  const fits = (candidate: string) => codeBlock(candidate).length <= MAX.trace;
  return { type: 'section', text: markup(codeBlock(cutTrace(trace, fits))) };
};

const factField = ({ label, value }: Fact): PlainText =>
  plain(`${label}\n${cut(value, label === 'Arguments' ? MAX.arguments : MAX.fact)}`);

/** A bar would end the URL in Slack's markup. */
const anchor = ({ label, url }: Link): string =>
  `<${escapeControls(url.replaceAll('|', '%7C'))}|${escapeControls(label)}>`;

/** Links in text, as a `url` button shows a warning to who clicks it where the app has no interactivity. */
const linkBlocks = (links: readonly Link[]): Block[] => {
  const anchors = links.map(anchor).filter((text) => text.length <= MAX.link);
  return anchors.length === 0 ? [] : [{ type: 'section', text: markup(anchors.join(' · ')) }];
};

/** The link stands beside the text, as foreign text stays out of markup. Twenty long ones would take too much. */
const entryBlocks = ({ sign, title, lines, url }: ContentEntry): Block[] => {
  const open = url === null ? '' : anchor({ label: 'Open', url });
  const links = open === '' || open.length > MAX.entryLink ? [] : [markup(open)];
  return [
    { type: 'section', text: plain(cutMiddle(`${sign} ${title}`, MAX.entryTitle)) },
    { type: 'context', elements: [...lines.map((line) => plain(cut(line, MAX.entryLine))), ...links] },
  ];
};

const moreBlocks = ({ more }: MessageContent): Block[] => {
  if (more === null) return [];
  const linked = more.url === null ? [] : linkBlocks([{ label: more.text, url: more.url }]);
  return linked.length > 0 ? linked : [{ type: 'section', text: plain(more.text) }];
};

/** What is known of every message stands small below; the other facts in a grid. */
const IN_CONTEXT = new Set(['Caused by', 'When']);

const blocksOf = (content: MessageContent): Block[] => {
  const { sign, heading, message, entries, facts, trace, links } = content;
  const fields = facts.filter(({ label }) => !IN_CONTEXT.has(label));
  const context = facts.filter(({ label }) => IN_CONTEXT.has(label));
  return [
    { type: 'header', text: plain(cutMiddle(`${sign} ${heading}`, MAX.header)) },
    ...(message === '' ? [] : [{ type: 'section', text: plain(cut(message, MAX.message)) } as const]),
    ...entries.flatMap(entryBlocks),
    ...moreBlocks(content),
    ...(fields.length === 0 ? [] : [{ type: 'section', fields: fields.map(factField) } as const]),
    ...(trace === null ? [] : [traceBlock(trace)]),
    ...linkBlocks(links),
    { type: 'context', elements: context.map(({ label, value }) => plain(`${label}: ${cut(value, MAX.fact)}`)) },
  ];
};

/** The blocks of a message. */
export const renderBlocks = (content: MessageContent): SlackMessage => {
  const fallback = (heading: string) => escapeControls(`${content.sign} ${heading}`);
  const heading = cutMiddleToFit(
    cutMiddle(content.heading, MAX.fallback),
    (candidate) => fallback(candidate).length <= MAX.fallback,
  );
  return {
    text: fallback(heading),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: blocksOf(content),
  };
};
