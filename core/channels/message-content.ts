import type { ExceptionOrigin } from '../exceptions/identity.ts';
import type { GateState } from '../gates/model.ts';
import type { Notification } from '../notifications/model.ts';
import { titleOf } from '../notifications/title.ts';
import { oneLine, plainText } from '../platform/text/text.ts';

export type Tone = 'good' | 'attention' | 'neutral';

export type Fact = { readonly label: string; readonly value: string };
export type Link = { readonly label: string; readonly url: string };

/** One subject of a digest. Title and lines are one line each. */
export type ContentEntry = {
  readonly tone: Tone;
  readonly sign: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly url: string | null;
};

/**
 * What every channel tells, in its order. All texts are plain (nothing hidden in them) and neither escaped nor cut: that
 * is each channel's own.
 */
export type MessageContent = {
  readonly tone: Tone;
  /** A sign for the tone, for who sees no colour. */
  readonly sign: string;
  readonly heading: string;
  /** May have several lines, or none. */
  readonly message: string;
  /** The subjects of a digest; none for a single event. */
  readonly entries: readonly ContentEntry[];
  /** How many subjects the entries leave out, and where to find them; null for none. */
  readonly more: { readonly text: string; readonly url: string | null } | null;
  readonly facts: readonly Fact[];
  readonly trace: string | null;
  readonly links: readonly Link[];
};

export const GATE_TONE = { passed: 'good', failed: 'attention', none: 'neutral' } as const satisfies Record<
  GateState,
  Tone
>;

export const SIGN = { good: '✅', attention: '❌', neutral: '⚪' } as const satisfies Record<Tone, string>;
export const EXCEPTION_SIGN = '⚠️';

/** `2026-12-02 14:05:09 UTC`. */
export const readableTime = (iso: string): string =>
  `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `41 similar held back, the last at 2026-12-02 14:05:09 UTC`. */
const heldBack = ({ suppressed, suppressed_last, exception_grouping }: Notification): string | null => {
  if (!suppressed) return null;
  const counted = `${suppressed} ${exception_grouping === 'similar' ? 'similar ' : ''}held back`;
  return suppressed_last === null ? counted : `${counted}, the last at ${readableTime(suppressed_last)}`;
};

const ORIGIN = {
  alarm: 'CloudWatch',
  gatebell: 'Gatebell itself',
  reported: 'Reported through the API',
} as const satisfies Record<ExceptionOrigin, string>;

/** Labels and where their values come from; what is null or empty is left out. */
const FACTS: readonly (readonly [label: string, value: (notification: Notification) => string | null])[] = [
  ['Product', (notification) => notification.product_name],
  [
    'Security gate',
    (notification) =>
      notification.from === null || notification.to === null ? null : `${notification.from} → ${notification.to}`,
  ],
  ['Origin', (notification) => (notification.exception_origin === null ? null : ORIGIN[notification.exception_origin])],
  ['Class', (notification) => notification.exception_class],
  ['Function', (notification) => notification.function],
  ['Arguments', (notification) => notification.arguments],
  ['Caused by', (notification) => notification.user],
  ['When', (notification) => readableTime(notification.created)],
  ['Report overdue since', ({ report_overdue_since: since }) => (since === null ? null : readableTime(since))],
  ['Before this one', heldBack],
];

const factsOf = (notification: Notification): Fact[] =>
  FACTS.flatMap(([label, read]) => {
    const value = oneLine(read(notification) ?? '');
    return value === '' ? [] : [{ label, value }];
  });

/** The link to a product; none where there is no product, or no page's address. */
export const productLinks = (productId: string | null, baseUrl: string): Link[] =>
  productId === null || baseUrl === ''
    ? []
    : [{ label: 'Open product', url: `${baseUrl}/products/${encodeURIComponent(productId)}` }];

/** Where the page shows a notification; null where there is no page's address. */
export const notificationUrl = ({ id }: Pick<Notification, 'id'>, baseUrl: string): string | null =>
  baseUrl === '' ? null : `${baseUrl}/notifications/${encodeURIComponent(id)}`;

const linksOf = (notification: Notification, baseUrl: string): Link[] => {
  const url = notificationUrl(notification, baseUrl);
  return url === null ? [] : [...productLinks(notification.product_id, baseUrl), { label: 'Open notification', url }];
};

/** Begins the heading of what is well again. */
export const RESOLVED = 'Resolved: ';

const isResolved = ({ from, to }: Notification): boolean => from === 'failed' && to === 'passed';

const toneOf = ({ to, resolved }: Notification): Tone => {
  if (to !== null) return GATE_TONE[to];
  return resolved ? 'good' : 'attention';
};

/** What there is to tell of a notification. `baseUrl` is the page's address, the empty string for none. */
export const toMessageContent = (notification: Notification, baseUrl: string): MessageContent => {
  const tone = toneOf(notification);
  return {
    tone,
    sign: tone === 'attention' && notification.to === null ? EXCEPTION_SIGN : SIGN[tone],
    heading: oneLine(`${isResolved(notification) ? RESOLVED : ''}${titleOf(notification)}`),
    message: plainText(notification.message).trim(),
    entries: [],
    more: null,
    facts: factsOf(notification),
    trace:
      notification.trace === null || notification.trace.trim() === '' ? null : plainText(notification.trace).trimEnd(),
    links: linksOf(notification, baseUrl),
  };
};
