/**
 * All that reads foreign text takes time in proportion to its length, whatever the text. Growth is compared, never seconds:
 * one text may take six times as long as sixteen texts of its sixteenth, where a quadratic step would take 16 times.
 */
import { SESServiceException } from '@aws-sdk/client-ses';
import { expect, it } from 'vitest';
import { digestContent } from '../../../core/channels/digest-content.ts';
import { digestEvent } from '../../../core/channels/digest-event.ts';
import { emailAddressListSchema, withoutAddresses } from '../../../core/channels/email/addresses.ts';
import { renderEmail } from '../../../core/channels/email/email-message.ts';
import { outcomeOfSesError } from '../../../core/channels/email/index.ts';
import { retryAfterSeconds } from '../../../core/channels/http-outcome.ts';
import { toMessageContent } from '../../../core/channels/message-content.ts';
import { ms_teams, outcomeOfTeams } from '../../../core/channels/ms-teams/index.ts';
import { escapeTeamsMarkdown } from '../../../core/channels/ms-teams/teams-markdown.ts';
import { outcomeOfSlack, slack } from '../../../core/channels/slack/index.ts';
import { hideWebhook } from '../../../core/channels/webhook-address.ts';
import { classifyFeedback } from '../../../core/deliveries/mail-feedback.ts';
import { plainError } from '../../../core/deliveries/model.ts';
import { prepareException } from '../../../core/exceptions/model.ts';
import { similarText } from '../../../core/exceptions/similar-text.ts';
import { createLog } from '../../../core/log.ts';
import { cutMiddle } from '../../../core/platform/text/cut-middle.ts';
import { cut, cutTrace, oneLine, plainText } from '../../../core/platform/text/text.ts';
import { builtInRedaction } from '../../../core/redaction/redaction.ts';
import { digestOf, exception, messageOf } from '../../unit/channels/samples.ts';

const { redact, redactValue } = builtInRedaction;

const SMALL = 1_024;
const TIMES = 16;
/** Between the 1 of a linear step and the 16 of a quadratic one. */
const MOST = 6;

/** Pieces of text that begin much and end nothing, repeated; each was, or would be, slow for some pattern. */
const PIECES = [
  ...['a', '1', 'A', ' ', '\t', '\n', '\r', '\\', '"', "'", '<', '@', '.', '-', '/', '=', '&', '%', '`', '#', '[', '{'],
  ...[
    'a.',
    'a-',
    'a@',
    '@a',
    'a:',
    '-a',
    '.a@',
    '"\\',
    '\\"',
    '&a',
    '&#',
    '< ',
    '<\t',
    '//',
    '{{',
    '\n\t',
    '\n ',
    ' \n',
  ],
  ...['a://', '-a://', 'a://b:', 'http:', 'https://a.', 'www', 'mailto', 'file:', 'file:1:', '%2F', ':1', '\\/'],
  ...['token=', 'token:', 'password=', 'password: "is ', 'password:\\"is ', "secret='", '<password ', 'pass', 'api_'],
  ...['Authorization: ', 'authorization: is ', 'Cookie:', 'Bearer ', 'Basic ', 'bearer a ', '--password ', '--token -'],
  ...['-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\na ', '-----END PRIVATE KEY-----', '----'],
  ...[
    'eyJ',
    '-eyJaaaa',
    'eyJaaaa.',
    'glpat-',
    'sk-',
    '-sk-',
    'xoxb-',
    'SG.',
    'AKIA',
    'AIza',
    'mysql ',
    'curl -u ',
    'curl ',
  ],
  ...[
    'hooks.slack.com/',
    'hooks.slack.com',
    'name: password ',
    '"name":"token",',
    'thin:',
    'HTTP error ',
    '-p',
    'EOF, ',
  ],
  ...['\u200d', '\u202e', '\ufe0f', '\u0301', '👩\u200d', '🏳️‍🌈', '🇩🇪', '🇩', 'क\u200d', '\ud83d', '\ud800a', 'ß', '…'],
];

/** Behind `<`, which begins a mention and an element; what follows keeps blanks from being trimmed. */
const written = (piece: string, length: number): string => `<${piece.repeat(Math.ceil(length / piece.length))}!`;

const WEBHOOK = 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';
const NOW = new Date('2026-12-02T14:05:09Z');
const told = (text: string) =>
  toMessageContent(
    { ...exception, name: text, message: text, trace: text, arguments: text, user: text },
    'https://g.example',
  );
const collected = (text: string) => {
  const whole = digestOf(text);
  return { ...whole, entries: whole.entries.slice(0, 2) };
};
const listed = (text: string) => digestContent(collected(text), 'https://g.example');
const answer = (text: string) => ({ kind: 'answer', status: 400, retryAfter: text, body: text }) as const;
const report = {
  origin: 'reported',
  type: 'task',
  product_id: null,
  arguments: null,
  user: null,
  function: 'f',
  exception_class: 'E',
} as const;
const mail = { destination: [], tags: {} };
const bounced = (text: string) =>
  classifyFeedback({
    eventType: 'Bounce',
    mail,
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: text,
      bouncedRecipients: [{ diagnosticCode: text }],
      feedbackId: 'f',
    },
  });
const sesError = (text: string) =>
  new SESServiceException({ name: 'MessageRejected', message: text, $fault: 'client', $metadata: {} });
const log = createLog(() => {});

/** Everything that is given text that somebody else wrote. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  plainText,
  oneLine,
  cut: (text) => cut(text, 500),
  cutTrace: (text) => cutTrace(text, (candidate) => candidate.length <= 500),
  cutMiddle: (text) => cutMiddle(text, (candidate) => candidate.length <= 500),
  escapeTeamsMarkdown,
  redact,
  redactValue: (text) => redactValue({ text, [text]: [text] }),
  similarText,
  prepareException: (text) => prepareException({ ...report, message: text, trace: text }),
  plainError,
  withoutAddresses,
  emailAddressList: (text) => emailAddressListSchema.safeParse(text),
  hideWebhook: (text) => hideWebhook(text, WEBHOOK),
  'mail feedback': bounced,
  'an error of SES': (text) => outcomeOfSesError(sesError(text)),
  'an answer of Teams': (text) => outcomeOfTeams(answer(text), NOW),
  'an answer of Slack': (text) => outcomeOfSlack(answer(text), NOW),
  'Retry-After': (text) => retryAfterSeconds(text, NOW),
  'a mail': (text) => renderEmail(told(text)),
  'a message to Teams': (text) => ms_teams.render(messageOf(told(text))),
  'a message to Slack': (text) => slack.render(messageOf(told(text))),
  'a digest by email': (text) => renderEmail(listed(text)),
  'a digest to Teams': (text) => ms_teams.render(messageOf(listed(text))),
  'a digest to Slack': (text) => slack.render(messageOf(listed(text))),
  'a digest for programs': (text) => digestEvent(collected(text), 'https://g.example'),
  'a log entry': (text) => log.error(text, { error: new Error(text), text }),
};

const elapsed = (run: () => unknown): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};

/**
 * How much longer one long text takes than as many short ones as it is long. Both take about as long where the step is
 * linear, so that whatever else the machine does slows both down; the fastest of some runs counts. Measured again, with
 * more runs, before it is believed.
 */
const growth = (read: (text: string) => unknown, piece: string, runs: number): number => {
  const [short, long] = [written(piece, SMALL), written(piece, SMALL * TIMES)];
  const readShort = () => {
    for (let times = 0; times < TIMES; times += 1) read(short);
  };
  const measured = Array.from({ length: runs }, () => [elapsed(readShort), elapsed(() => read(long))] as const);
  const ratio = Math.min(...measured.map(([, ofLong]) => ofLong)) / Math.min(...measured.map(([ofShort]) => ofShort));
  return ratio > MOST && runs < 32 ? growth(read, piece, runs * 2) : ratio;
};

it.each(Object.entries(READERS))('%s grows with its text, and no faster', (_, read) => {
  const slow = PIECES.flatMap((piece) => {
    const ratio = growth(read, piece, 1);
    return ratio > MOST ? [{ piece, ratio: Math.round(ratio) }] : [];
  });
  expect(slow).toEqual([]);
});
