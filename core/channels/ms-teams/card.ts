import { cutMiddleToFit, cutToFit, cutTrace } from '../../platform/text/text.ts';
import type { ContentEntry, Fact, MessageContent, Tone } from '../message-content.ts';
import { escapeTeamsMarkdown } from './teams-markdown.ts';

/**
 * Bytes that the parts may take, as Teams counts: in UTF-8, and encoded twice, as the card is JSON in a JSON string. Together,
 * and with eight facts and two links of the longest base URL, they stay below 20 KB; Teams was seen to fail from 21 KB on.
 */
const MAX_BYTES = {
  heading: 900,
  message: 3_500,
  fact: 700,
  arguments: 1_400,
  trace: 3_600,
  // A digest has twenty entries of a title and two lines, and no long message, arguments, or trace.
  entryTitle: 200,
  entryLine: 165,
  entryLink: 160,
  listLink: 1_200,
} as const;

type TextBlock = {
  readonly type: 'TextBlock';
  readonly text: string;
  readonly wrap: true;
  readonly size?: 'Large';
  readonly weight?: 'Bolder';
  readonly color?: 'Good' | 'Attention' | 'Default';
  readonly fontType?: 'Monospace';
  readonly isSubtle?: true;
  readonly separator?: true;
  readonly spacing?: 'None';
};
type FactSet = {
  readonly type: 'FactSet';
  readonly facts: readonly { readonly title: string; readonly value: string }[];
};
type OpenUrl = { readonly type: 'Action.OpenUrl'; readonly title: string; readonly url: string };

/** The body that a Workflows webhook takes: one Adaptive Card. */
type TeamsMessage = {
  readonly type: 'message';
  readonly attachments: readonly [
    {
      readonly contentType: 'application/vnd.microsoft.card.adaptive';
      readonly contentUrl: null;
      readonly content: {
        readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
        readonly type: 'AdaptiveCard';
        readonly version: '1.4';
        readonly msteams: { readonly width: 'Full' };
        readonly fallbackText: string;
        readonly body: readonly (TextBlock | FactSet)[];
        readonly actions: readonly OpenUrl[];
      };
    },
  ];
};

const COLOR = { good: 'Good', attention: 'Attention', neutral: 'Default' } as const satisfies Record<Tone, string>;

/** `"\\"\\""`: what the empty text takes. */
const QUOTES_BYTES = 6;

/** What a text takes as Teams counts, without its quotes. */
const countedBytes = (text: string): number => Buffer.byteLength(JSON.stringify(JSON.stringify(text))) - QUOTES_BYTES;

/** Longer than any budget, in characters: keeps the search for the right cut short. */
const MOST = 8_192;

const fits = (maxBytes: number) => (candidate: string) => countedBytes(escapeTeamsMarkdown(candidate)) <= maxBytes;

const fitted = (text: string, maxBytes: number): string =>
  escapeTeamsMarkdown(cutToFit(text.slice(0, MOST), fits(maxBytes)));

/** A card has no code block that all clients show. */
const traceBlock = (trace: string): TextBlock => {
  const text = escapeTeamsMarkdown(cutTrace(trace, fits(MAX_BYTES.trace)));
  return { type: 'TextBlock', text, wrap: true, fontType: 'Monospace' };
};

const factOf = ({ label, value }: Fact) => ({
  title: label,
  value: fitted(value, label === 'Arguments' ? MAX_BYTES.arguments : MAX_BYTES.fact),
});

/** The only link in text: its label is ours, and a parenthesis would end the URL. */
const markdownLink = (label: string, url: string): string =>
  `[${label}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`;

/** Twenty long links would take too much; the card has one to the list. */
const entryLink = (url: string | null): string => {
  const link = url === null ? '' : ` · ${markdownLink('Open', url)}`;
  return countedBytes(link) > MAX_BYTES.entryLink ? '' : link;
};

const entryBlocks = ({ tone, sign, title, lines: [summary = '', ...others], url }: ContentEntry): TextBlock[] => [
  {
    type: 'TextBlock',
    text: `${sign} ${escapeTeamsMarkdown(cutMiddleToFit(title, fits(MAX_BYTES.entryTitle)))}`,
    wrap: true,
    weight: 'Bolder',
    color: COLOR[tone],
    separator: true,
  },
  {
    type: 'TextBlock',
    text: [
      `${fitted(summary, MAX_BYTES.entryLine)}${entryLink(url)}`,
      ...others.map((line) => fitted(line, MAX_BYTES.entryLine)),
    ].join('\n\n'),
    wrap: true,
    isSubtle: true,
    spacing: 'None',
  },
];

const moreBlock = ({ more }: MessageContent): TextBlock[] => {
  if (more === null) return [];
  const link = more.url === null ? '' : markdownLink(more.text, more.url);
  const text = link === '' || countedBytes(link) > MAX_BYTES.listLink ? more.text : link;
  return [{ type: 'TextBlock', text, wrap: true, separator: true }];
};

const headingBlock = ({ tone, sign, heading }: MessageContent): TextBlock => ({
  type: 'TextBlock',
  text: `${sign} ${escapeTeamsMarkdown(cutMiddleToFit(heading, fits(MAX_BYTES.heading)))}`,
  wrap: true,
  size: 'Large',
  weight: 'Bolder',
  color: COLOR[tone],
});

const bodyOf = (content: MessageContent): (TextBlock | FactSet)[] => {
  const { message, entries, facts, trace } = content;
  return [
    headingBlock(content),
    ...(message === '' ? [] : [{ type: 'TextBlock', text: fitted(message, MAX_BYTES.message), wrap: true } as const]),
    ...entries.flatMap(entryBlocks),
    ...moreBlock(content),
    { type: 'FactSet', facts: facts.map(factOf) },
    ...(trace === null ? [] : [traceBlock(trace)]),
  ];
};

/** The card of a message. */
export const renderCard = (content: MessageContent): TeamsMessage => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        msteams: { width: 'Full' },
        fallbackText: escapeTeamsMarkdown(cutMiddleToFit(content.heading, fits(MAX_BYTES.fact))),
        body: bodyOf(content),
        actions: content.links.map(({ label, url }) => ({ type: 'Action.OpenUrl', title: label, url })),
      },
    },
  ],
});
