import { cut, cutMiddle, cutTrace } from '../../platform/text/text.ts';
import type { MessageContent } from '../message-content.ts';
import { emailHtml } from './email-html.ts';

/** A mail without its sender and recipient. */
export type EmailMessage = { readonly subject: string; readonly text: string; readonly html: string };

const MAX = { subject: 200, heading: 600, message: 10_000, fact: 2_000, trace: 20_000 } as const;

const cutContent = (content: MessageContent): MessageContent => ({
  ...content,
  heading: cutMiddle(content.heading, MAX.heading),
  message: cut(content.message, MAX.message),
  facts: content.facts.map(({ label, value }) => ({ label, value: cut(value, MAX.fact) })),
  trace: content.trace === null ? null : cutTrace(content.trace, (candidate) => candidate.length <= MAX.trace),
});

const textOf = ({ sign, heading, message, facts, trace, links }: MessageContent): string =>
  [
    `${sign} ${heading}`,
    message,
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
