import { titleOf } from '../notifications/title.ts';
import { oneLine } from '../platform/text/text.ts';
import { type Digest, type DigestEntry, UNSTABLE_CHANGES } from './digest.ts';
import {
  type ContentEntry,
  EXCEPTION_SIGN,
  GATE_TONE,
  type MessageContent,
  notificationUrl,
  RESOLVED,
  readableTime,
  SIGN,
  type Tone,
  toMessageContent,
} from './message-content.ts';

const ALARM_STATE = { alarm: 'ALARM', ok: 'OK' } as const;

const toneOf = (entry: DigestEntry): Tone => {
  if (entry.kind === 'gate') return GATE_TONE[entry.to];
  return entry.kind === 'alarm' && entry.to === 'ok' ? 'good' : 'attention';
};

const signOf = (entry: DigestEntry): string => {
  const tone = toneOf(entry);
  return entry.kind !== 'gate' && tone === 'attention' ? EXCEPTION_SIGN : SIGN[tone];
};

const alarmTitle = (name: string, from: string | null, to: 'alarm' | 'ok'): string => {
  if (to === 'alarm') return `${name} is in ALARM`;
  return from === 'alarm' ? `${RESOLVED}${name} is back to OK` : `${name} is OK`;
};

const entryTitle = (entry: DigestEntry): string => {
  const { notification } = entry;
  switch (entry.kind) {
    case 'gate': {
      const isResolved = entry.from === 'failed' && entry.to === 'passed';
      return `${isResolved ? RESOLVED : ''}${titleOf({ ...notification, to: entry.to })}`;
    }
    case 'alarm':
      return alarmTitle(notification.function ?? notification.name, entry.from, entry.to);
    case 'report':
    case 'exception':
      return notification.name;
    default:
      return entry satisfies never;
  }
};

/** `passed → failed · changed 3 times`, or, from four changes on, `unstable: changed 7 times, now failed`. */
const changes = (from: string | null, to: string, count: number): string[] => {
  if (count >= UNSTABLE_CHANGES) return [`unstable: changed ${count} times, now ${to}`];
  const path = from === null || from === to ? `now ${to}` : `${from} → ${to}`;
  return count === 1 ? [path] : [path, `changed ${count} times`];
};

const occurrences = (entry: DigestEntry): string[] => {
  switch (entry.kind) {
    case 'gate':
      return changes(entry.from, entry.to, entry.count);
    case 'alarm':
      return changes(entry.from && ALARM_STATE[entry.from], ALARM_STATE[entry.to], entry.count);
    case 'report':
    case 'exception':
      return entry.count === 1 ? [] : [`${entry.count} times`];
    default:
      return entry satisfies never;
  }
};

/** What happened to a subject, how often, and when last. */
const summaryOf = (entry: DigestEntry): string => {
  const { created, product_name } = entry.notification;
  const time = readableTime(created);
  const product = entry.kind !== 'exception' || product_name === null ? [] : [product_name];
  return oneLine([...occurrences(entry), entry.count === 1 ? time : `last at ${time}`, ...product].join(' · '));
};

/** Why the subject needs attention; none for what is well, and for an alarm whose message only repeats the title. */
const reasonsOf = (entry: DigestEntry, title: string): string[] => {
  const reason = oneLine(entry.notification.message);
  const says = toneOf(entry) === 'attention' && reason !== '' && !(entry.kind === 'alarm' && reason.endsWith(title));
  return says ? [reason] : [];
};

const toContentEntry = (entry: DigestEntry, baseUrl: string): ContentEntry => {
  const title = oneLine(entryTitle(entry));
  return {
    tone: toneOf(entry),
    sign: signOf(entry),
    title,
    lines: [summaryOf(entry), ...reasonsOf(entry, title)],
    url: notificationUrl(entry.notification, baseUrl),
  };
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `3 security gates failed, 2 passed`: the first part that isn't zero has the noun. */
const statesOf = (noun: string, parts: readonly (readonly [count: number, state: string])[]): string[] =>
  parts
    .filter(([count]) => count > 0)
    .map(([count, state], index) => `${index === 0 ? counted(count, noun) : count} ${state}`);

const headingOf = ({ gates, alarms, reports, exceptions }: Digest['totals']): string =>
  [
    ...statesOf('security gate', [
      [gates.failed, 'failed'],
      [gates.passed, 'passed'],
      [gates.none, 'disabled'],
    ]),
    ...statesOf('alarm', [
      [alarms.alarm, 'in ALARM'],
      [alarms.ok, 'back to OK'],
    ]),
    ...(reports === 0 ? [] : [`${counted(reports, 'report')} overdue`]),
    ...(exceptions === 0 ? [] : [counted(exceptions, 'exception')]),
  ].join(', ');

const REASON = {
  interval: 'Several events since the previous message.',
  schedule: 'Collected by the schedule of this channel.',
  mute: 'What changed while notifications were muted.',
} as const satisfies Record<Digest['reason'], string>;

const overallTone = ({ gates, alarms, reports, exceptions }: Digest['totals']): Tone => {
  if (gates.failed + alarms.alarm + reports + exceptions > 0) return 'attention';
  return gates.passed + alarms.ok > 0 ? 'good' : 'neutral';
};

const overallSign = ({ totals }: Digest): string => {
  const tone = overallTone(totals);
  return tone === 'attention' && totals.gates.failed === 0 ? EXCEPTION_SIGN : SIGN[tone];
};

const periodOf = ({ from, until }: Digest): string => {
  const [first, last] = [readableTime(from), readableTime(until)];
  return first === last ? last : `${first} – ${last}`;
};

const moreOf = ({ omitted: { subjects, failed } }: Digest): string =>
  failed === 0 ? `${subjects} more` : `${subjects} more, ${failed} of them failed`;

/** A subject alone needs no list: it reads as its newest event, with how often it changed. */
const soleContent = (entry: DigestEntry, baseUrl: string): MessageContent => {
  // The event's own change is only the last one.
  const event = toMessageContent({ ...entry.notification, from: null }, baseUrl);
  return {
    ...event,
    tone: toneOf(entry),
    sign: signOf(entry),
    heading: oneLine(entryTitle(entry)),
    message: `${summaryOf(entry)}\n${event.message}`.trim(),
  };
};

/** What there is to tell of a digest. `baseUrl` is the page's address, the empty string for none. */
export const digestContent = (digest: Digest, baseUrl: string): MessageContent => {
  const { entries, omitted, totals, reason } = digest;
  const [first, second] = entries;
  if (first !== undefined && second === undefined && omitted.subjects === 0) return soleContent(first, baseUrl);
  const list = baseUrl === '' ? null : `${baseUrl}/notifications`;
  return {
    tone: overallTone(totals),
    sign: overallSign(digest),
    heading: headingOf(totals),
    message: REASON[reason],
    entries: entries.map((entry) => toContentEntry(entry, baseUrl)),
    more: omitted.subjects === 0 ? null : { text: moreOf(digest), url: list },
    facts: [{ label: 'When', value: periodOf(digest) }],
    trace: null,
    links: list === null ? [] : [{ label: 'Open notifications', url: list }],
  };
};
