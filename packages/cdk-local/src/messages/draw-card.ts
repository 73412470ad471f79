/** Draws an Adaptive Card as Teams shows it: the elements that notifications use, the rest as JSON. */
import markdownIt from 'markdown-it';
import { z } from 'zod';
import { escapeHtml } from '../escape-html.ts';

const markdown = markdownIt();

const textBlockSchema = z.object({
  type: z.literal('TextBlock'),
  text: z.string(),
  size: z.string().optional(),
  weight: z.string().optional(),
  color: z.string().optional(),
  fontType: z.string().optional(),
  isSubtle: z.boolean().optional(),
  separator: z.boolean().optional(),
});
const factSetSchema = z.object({
  type: z.literal('FactSet'),
  facts: z.array(z.object({ title: z.string(), value: z.string() })),
});
const openUrlSchema = z.object({ type: z.literal('Action.OpenUrl'), title: z.string(), url: z.url() });
const elementSchema = z.discriminatedUnion('type', [textBlockSchema, factSetSchema, openUrlSchema]);

/** The body of a webhook of Teams' Workflows. */
export const teamsMessageSchema = z.object({
  attachments: z.tuple([
    z.object({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      content: z.object({ body: z.array(z.unknown()), actions: z.array(z.unknown()).default([]) }),
    }),
  ]),
});

const textBlock = ({ text, ...looks }: z.output<typeof textBlockSchema>): string => {
  const { size, weight, color, fontType, isSubtle, separator } = looks;
  const classes = [
    ...[size, weight, color, fontType].flatMap((look) => (look === undefined ? [] : look.toLowerCase())),
    ...(isSubtle === true ? ['subtle'] : []),
    ...(separator === true ? ['separator'] : []),
  ];
  return `<div class="${escapeHtml(classes.join(' '))}">${markdown.render(text)}</div>`;
};

/** What no client would draw as we do is shown as it was sent. */
export const undrawn = (value: unknown): string => `<pre>${escapeHtml(JSON.stringify(value, undefined, 2))}</pre>`;

const element = (value: unknown): string => {
  const parsed = elementSchema.safeParse(value);
  if (!parsed.success) return undrawn(value);
  const { data } = parsed;
  switch (data.type) {
    case 'TextBlock':
      return textBlock(data);
    case 'FactSet':
      return `<dl>${data.facts
        .map(({ title, value: text }) => `<dt>${escapeHtml(title)}</dt><dd>${markdown.render(text)}</dd>`)
        .join('')}</dl>`;
    case 'Action.OpenUrl':
      return `<a class="button" href="${escapeHtml(data.url)}">${escapeHtml(data.title)}</a>`;
    default:
      return data satisfies never;
  }
};

/** The HTML of the card in a message to Teams. */
export const drawCard = ({ attachments: [{ content }] }: z.output<typeof teamsMessageSchema>): string =>
  `<div class="card">${content.body.map(element).join('\n')}
<p class="actions">${content.actions.map(element).join('\n')}</p></div>`;
