import * as z from 'zod/mini';
import type { Outcome } from '../../deliveries/model.ts';
import { cutMiddleToFit, cutToFit, cutTrace } from '../../platform/text/text.ts';
import { webhookBehaviour } from '../behaviour.ts';
import { type Answer, outcomeOfAnswer } from '../http-outcome.ts';
import type { Fact, MessageContent, Tone } from '../message-content.ts';
import { escapeTeamsMarkdown } from './teams-markdown.ts';

/**
 * Bytes that the parts may take, as Teams counts: in UTF-8, and encoded twice, as the card is JSON in a JSON string. Together,
 * and with eight facts and two links of the longest base URL, they stay below 20 KB; Teams was seen to fail from 21 KB on.
 */
const MAX_BYTES = { heading: 900, message: 3_500, fact: 700, arguments: 1_400, trace: 3_600 } as const;

type TextBlock = {
  readonly type: 'TextBlock';
  readonly text: string;
  readonly wrap: true;
  readonly size?: 'Large';
  readonly weight?: 'Bolder';
  readonly color?: 'Good' | 'Attention' | 'Default';
  readonly fontType?: 'Monospace';
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

const bodyOf = ({ tone, sign, heading, message, facts, trace }: MessageContent): (TextBlock | FactSet)[] => [
  {
    type: 'TextBlock',
    text: `${sign} ${escapeTeamsMarkdown(cutMiddleToFit(heading, fits(MAX_BYTES.heading)))}`,
    wrap: true,
    size: 'Large',
    weight: 'Bolder',
    color: COLOR[tone],
  },
  ...(message === '' ? [] : [{ type: 'TextBlock', text: fitted(message, MAX_BYTES.message), wrap: true } as const]),
  { type: 'FactSet', facts: facts.map(factOf) },
  ...(trace === null ? [] : [traceBlock(trace)]),
];

const render = (content: MessageContent): TeamsMessage => ({
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

/** Teams' gateways answer 200 and say in the text what Teams itself answered: "… returned HTTP error 429 with ContextId …". */
const ERROR_IN_TEXT = /HTTP error (\d{3})/i;

/** Error codes after which the URL takes no message until somebody mends the flow or sets another URL. */
const GONE_CODES: Readonly<Record<string, string>> = {
  WorkflowTriggerIsNotEnabled: 'The flow is off or was deleted',
  WorkflowNotFound: 'The flow was deleted',
  DirectApiAuthorizationRequired: 'The flow does not let anyone start it, or the URL was not copied whole',
  MissingApiVersionParameter: 'The URL was not copied whole',
};

/** Error codes that are about the message. */
const REFUSED_CODES: Readonly<Record<string, string>> = {
  TriggerInputSchemaMismatch: 'The flow takes another kind of message',
};

/** The body of a failure at Power Automate: `{ "error": { "code": "WorkflowTriggerIsNotEnabled", "message": "…" } }`. */
const failureSchema = z.object({ error: z.object({ code: z.string().check(z.regex(/^[\w.-]{1,80}$/)) }) });

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const known = (reasons: Readonly<Record<string, string>>, code: string): string | undefined =>
  Object.hasOwn(reasons, code) ? reasons[code] : undefined;

/** A code that the tables lack leaves the status to decide; a success is none where an error is named. */
const outcomeOfCode = (code: string, byStatus: Outcome): Outcome => {
  const gone = known(GONE_CODES, code);
  if (gone !== undefined) return { kind: 'refused', reason: `${gone} (${code})`, gone: true };
  const refused = known(REFUSED_CODES, code);
  if (refused !== undefined) return { kind: 'refused', reason: `${refused} (${code})` };
  if (byStatus.kind === 'sent') return { kind: 'refused', reason: `The flow failed (${code})` };
  return { ...byStatus, reason: `${byStatus.reason} (${code})` };
};

/**
 * 202 is accepted, 200 where the flow answers by itself. The error code in the body decides first, then an error in the text,
 * then the status.
 */
export const outcomeOfTeams = (answer: Answer, now: Date): Outcome => {
  const { status, body } = answer;
  const inText = ERROR_IN_TEXT.exec(body)?.[1];
  const byStatus = outcomeOfAnswer(
    status < 300 && inText !== undefined ? { ...answer, status: Number(inText) } : answer,
    now,
  );
  const failure = failureSchema.safeParse(jsonOf(body));
  return failure.success ? outcomeOfCode(failure.data.error.code, byStatus) : byStatus;
};

/** An Adaptive Card to a webhook of Teams' Workflows. */
export const ms_teams = webhookBehaviour({ render: ({ content }) => render(content), classify: outcomeOfTeams });
