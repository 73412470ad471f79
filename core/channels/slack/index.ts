import type { Outcome } from '../../deliveries/model.ts';
import { cut, cutMiddle, cutMiddleToFit, cutTrace } from '../../platform/text/text.ts';
import { webhookBehaviour } from '../behaviour.ts';
import { type Answer, outcomeOfStatus, retryAfterSeconds } from '../http-outcome.ts';
import type { Fact, Link, MessageContent } from '../message-content.ts';

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
} as const;

type PlainText = { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };
type Markup = { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };

type Block =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: PlainText | Markup }
  | { readonly type: 'section'; readonly fields: readonly PlainText[] }
  | { readonly type: 'context'; readonly elements: readonly PlainText[] };

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

/** In a code block all that counts is what would end it: the backticks become look-alikes. */
const codeBlock = (text: string): string => `\`\`\`\n${escapeControls(text.replaceAll('`', 'ˋ'))}\n\`\`\``;

const traceBlock = (trace: string): Block => {
  const fits = (candidate: string) => codeBlock(candidate).length <= MAX.trace;
  return { type: 'section', text: { type: 'mrkdwn', text: codeBlock(cutTrace(trace, fits)), verbatim: true } };
};

const factField = ({ label, value }: Fact): PlainText =>
  plain(`${label}\n${cut(value, label === 'Arguments' ? MAX.arguments : MAX.fact)}`);

/** A bar would end the URL in Slack's markup. */
const anchor = ({ label, url }: Link): string =>
  `<${escapeControls(url.replaceAll('|', '%7C'))}|${escapeControls(label)}>`;

/** Links in text, as a `url` button shows a warning to who clicks it where the app has no interactivity. */
const linkBlocks = (links: readonly Link[]): Block[] => {
  const anchors = links.map(anchor).filter((text) => text.length <= MAX.link);
  return anchors.length === 0
    ? []
    : [{ type: 'section', text: { type: 'mrkdwn', text: anchors.join(' · '), verbatim: true } }];
};

/** What is known of every message stands small below; the other facts in a grid. */
const IN_CONTEXT = new Set(['Caused by', 'When']);

const blocksOf = ({ sign, heading, message, facts, trace, links }: MessageContent): Block[] => {
  const fields = facts.filter(({ label }) => !IN_CONTEXT.has(label));
  const context = facts.filter(({ label }) => IN_CONTEXT.has(label));
  return [
    { type: 'header', text: plain(cutMiddle(`${sign} ${heading}`, MAX.header)) },
    ...(message === '' ? [] : [{ type: 'section', text: plain(cut(message, MAX.message)) } as const]),
    ...(fields.length === 0 ? [] : [{ type: 'section', fields: fields.map(factField) } as const]),
    ...(trace === null ? [] : [traceBlock(trace)]),
    ...linkBlocks(links),
    { type: 'context', elements: context.map(({ label, value }) => plain(`${label}: ${cut(value, MAX.fact)}`)) },
  ];
};

const render = (content: MessageContent): SlackMessage => {
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

/** Why a message was refused for good, by Slack's word for it (docs.slack.dev, "Sending messages using incoming webhooks"). */
const REFUSED_WORDS: Readonly<Record<string, string>> = {
  invalid_payload: 'Slack could not read the message',
  invalid_blocks: 'Slack could not read the message',
  no_text: 'Slack could not read the message',
  user_not_found: 'The user is not there',
  action_prohibited: 'An administrator of Slack does not allow it',
  posting_to_general_channel_denied: 'An administrator of Slack does not allow it',
  invalid_token: 'The webhook is not valid any more',
  no_active_hooks: 'The webhook is switched off',
  no_service: 'The webhook was removed or switched off',
  no_service_id: 'The webhook was removed or switched off',
  no_team: 'The workspace is not there',
  team_disabled: 'The workspace is switched off',
  channel_not_found: 'The channel is not there',
  channel_is_archived: 'The channel is archived',
};

/** Of these words, those after which the webhook takes no message any more. */
const GONE_WORDS = new Set([
  'invalid_token',
  'no_active_hooks',
  'no_service',
  'no_service_id',
  'no_team',
  'team_disabled',
  'channel_not_found',
  'channel_is_archived',
]);

/** Words that pass, whatever status they come with. */
const PASSING_WORDS: Readonly<Record<string, { readonly reason: string; readonly burnsAttempt: boolean }>> = {
  rollup_error: { reason: 'Slack failed', burnsAttempt: true },
  rate_limited: { reason: 'Throttled', burnsAttempt: false },
  ratelimited: { reason: 'Throttled', burnsAttempt: false },
};

/** An incoming webhook has no other success. Workflow Builder's answer `{"ok":true}` and take another kind of message. */
const outcomeOfUnknownWord = (status: number, word: string, afterSeconds: number | null): Outcome => {
  const outcome = outcomeOfStatus(status, afterSeconds);
  if (outcome.kind !== 'sent' || (status === 200 && word === 'ok')) return outcome;
  return { kind: 'refused', reason: `Slack answered ${status}, but not "ok". Is this the URL of an incoming webhook?` };
};

/** Slack's word decides first, then the status. */
export const outcomeOfSlack = ({ status, retryAfter, body }: Answer, now: Date): Outcome => {
  const word = body.trim();
  const afterSeconds = retryAfterSeconds(retryAfter, now);
  const refused = Object.hasOwn(REFUSED_WORDS, word) ? REFUSED_WORDS[word] : undefined;
  if (refused !== undefined) {
    const reason = `${refused} (${word})`;
    return GONE_WORDS.has(word) ? { kind: 'refused', reason, gone: true } : { kind: 'refused', reason };
  }
  const passing = Object.hasOwn(PASSING_WORDS, word) ? PASSING_WORDS[word] : undefined;
  if (passing === undefined) return outcomeOfUnknownWord(status, word, afterSeconds);
  return { kind: 'retry', afterSeconds, burnsAttempt: passing.burnsAttempt, reason: `${passing.reason} (${word})` };
};

/** Block Kit to an incoming webhook of Slack. */
export const slack = webhookBehaviour({ render: ({ content }) => render(content), classify: outcomeOfSlack });
