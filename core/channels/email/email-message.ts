import { cut, cutMiddle, cutTrace } from '../../platform/text/text.ts';
import type { ContentEntry, MessageContent } from '../message-content.ts';
import { emailHtml } from './email-html.ts';

/** A mail without its sender and recipient. */
export type EmailMessage = { readonly subject: string; readonly text: string; readonly html: string };

/** Twenty entries of these lengths stay below the 102 KB behind which Gmail cuts a mail off. */
const MAX = { subject: 200, heading: 600, message: 10_000, fact: 2_000, trace: 20_000, title: 150, line: 200 } as const;

const cutEntry = (entry: ContentEntry): ContentEntry => ({
  ...entry,
  title: cutMiddle(entry.title, MAX.title),
  lines: entry.lines.map((line) => cut(line, MAX.line)),
});

const cutContent = (content: MessageContent): MessageContent => ({
  ...content,
  heading: cutMiddle(content.heading, MAX.heading),
  message: cut(content.message, MAX.message),
  entries: content.entries.map(cutEntry),
  facts: content.facts.map(({ label, value }) => ({ label, value: cut(value, MAX.fact) })),
  trace: content.trace === null ? null : cutTrace(content.trace, (candidate) => candidate.length <= MAX.trace),
});

const entryText = ({ sign, title, lines, url }: ContentEntry): string =>
  [`${sign} ${title}`, ...[...lines, ...(url === null ? [] : [url])].map((line) => `   ${line}`)].join('\n');

const textOf = ({ sign, heading, message, entries, more, facts, trace, links }: MessageContent): string =>
  [
    `${sign} ${heading}`,
    message,
    ...entries.map(entryText),
    more?.text ?? '',
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    trace ?? '',
    links.map(({ label, url }) => `${label}: ${url}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');

export const renderEmail = (content: MessageContent): EmailMessage => {
  const parts = cutContent(content);
  return { subject: cutMiddle(content.heading, MAX.subject), text: textOf(parts), html: emailHtml(parts) };
};
