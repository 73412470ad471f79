import { cut, cutMiddle, cutTrace } from '../../platform/text/text.ts';
import type { Fact, Link, MessageContent } from '../message-content.ts';

/** A mail without its sender and recipient. */
export type EmailMessage = { readonly subject: string; readonly text: string; readonly html: string };

const MAX = { subject: 200, heading: 600, message: 10_000, fact: 2_000, trace: 20_000 } as const;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

type Cut = Omit<MessageContent, 'tone'>;

const cutContent = ({ sign, heading, message, facts, trace, links }: MessageContent): Cut => ({
  sign,
  heading: cutMiddle(heading, MAX.heading),
  message: cut(message, MAX.message),
  facts: facts.map(({ label, value }) => ({ label, value: cut(value, MAX.fact) })),
  trace: trace === null ? null : cutTrace(trace, (candidate) => candidate.length <= MAX.trace),
  links,
});

const textOf = ({ sign, heading, message, facts, trace, links }: Cut): string =>
  [
    `${sign} ${heading}`,
    message,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    trace ?? '',
    links.map(({ label, url }) => `${label}: ${url}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');

/** All of it foreign: a word without blanks must not stretch the mail beyond the window. */
const BREAKS = 'overflow-wrap:anywhere;word-break:break-word';

/** Outlook ignores `white-space: pre-wrap`, so each line break is an element, and what would collapse does not. */
const linesOf = (text: string): string =>
  escapeHtml(text)
    .replace(/(?<=^| ) /gm, '&nbsp;')
    .replaceAll('\n', '<br>\n');

const row = ({ label, value }: Fact): string =>
  `<tr><td style="padding:2px 16px 2px 0;vertical-align:top;white-space:nowrap">${escapeHtml(label)}</td>` +
  `<td style="padding:2px 0;vertical-align:top;${BREAKS}"><b>${escapeHtml(value)}</b></td></tr>`;

const anchor = ({ label, url }: Link): string => `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`;

/** No colours of its own: mail programs show it light or dark as their user likes. */
const htmlOf = ({ sign, heading, message, facts, trace, links }: Cut): string =>
  [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>',
    '<body style="font-family:system-ui,sans-serif;font-size:15px;line-height:1.4">',
    `<h1 style="font-size:18px;margin:0 0 12px;${BREAKS}">${sign} ${escapeHtml(heading)}</h1>`,
    message === '' ? '' : `<p style="margin:0 0 12px;${BREAKS}">${linesOf(message)}</p>`,
    `<table role="presentation" cellpadding="0" cellspacing="0" border="0">${facts.map(row).join('\n')}</table>`,
    trace === null
      ? ''
      : `<div style="font-family:monospace;font-size:13px;margin:12px 0;${BREAKS}">${linesOf(trace)}</div>`,
    links.length === 0 ? '' : `<p style="margin:16px 0 0;${BREAKS}">${links.map(anchor).join(' · ')}</p>`,
    '</body></html>',
  ]
    .filter((part) => part !== '')
    .join('\n');

export const renderEmail = (content: MessageContent): EmailMessage => {
  const parts = cutContent(content);
  return { subject: cutMiddle(content.heading, MAX.subject), text: textOf(parts), html: htmlOf(parts) };
};
