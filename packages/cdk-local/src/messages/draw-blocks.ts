/** Draws Slack's Block Kit: the blocks that notifications use, the rest as JSON. */
import { z } from 'zod';
import { escapeHtml } from '../escape-html.ts';
import { undrawn } from './draw-card.ts';

const textSchema = z.object({ type: z.enum(['plain_text', 'mrkdwn']), text: z.string() });
const blockSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('header'), text: textSchema }),
  z.object({
    type: z.literal('section'),
    text: textSchema.optional(),
    fields: z.array(textSchema).default([]),
  }),
  z.object({ type: z.literal('context'), elements: z.array(textSchema) }),
  z.object({ type: z.literal('divider') }),
]);

/** The body of a webhook of Slack. */
export const slackMessageSchema = z.object({ text: z.string(), blocks: z.array(z.unknown()).default([]) });

const LINK = /<(https?:[^|<>\s]+)(?:\|([^<>]*))?>/g;

/** Slack's markup has `&`, `<`, and `>` escaped already, but for links and mentions. */
const inline = (text: string): string =>
  text
    .split(LINK)
    .map((part, at, parts) => {
      if (at % 3 === 0) return part.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>');
      if (at % 3 === 2) return '';
      return `<a href="${part.replaceAll('"', '&quot;')}">${parts[at + 1] ?? part}</a>`;
    })
    .join('');

const markup = (text: string): string =>
  text
    .split('```')
    .map((part, at) => (at % 2 === 0 ? inline(part) : `<pre>${part.replaceAll('<', '&lt;').trim()}</pre>`))
    .join('');

const draw = ({ type, text }: z.output<typeof textSchema>): string =>
  type === 'mrkdwn' ? markup(text) : escapeHtml(text).replaceAll('\n', '<br>');

const block = (value: unknown): string => {
  const parsed = blockSchema.safeParse(value);
  if (!parsed.success) return undrawn(value);
  const { data } = parsed;
  switch (data.type) {
    case 'header':
      return `<h3>${draw(data.text)}</h3>`;
    case 'section':
      return [
        ...(data.text === undefined ? [] : [`<p>${draw(data.text)}</p>`]),
        ...(data.fields.length === 0
          ? []
          : [`<div class="fields">${data.fields.map((field) => `<p>${draw(field)}</p>`).join('')}</div>`]),
      ].join('\n');
    case 'context':
      return `<p class="subtle">${data.elements.map(draw).join(' &nbsp; ')}</p>`;
    case 'divider':
      return '<hr>';
    default:
      return data satisfies never;
  }
};

/** The HTML of a message to Slack: its blocks, or its text where it has none. */
export const drawBlocks = ({ text, blocks }: z.output<typeof slackMessageSchema>): string =>
  `<div class="blocks">${blocks.length === 0 ? `<p>${inline(text)}</p>` : blocks.map(block).join('\n')}</div>`;
