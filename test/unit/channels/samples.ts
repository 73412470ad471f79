import type { OutgoingMessage } from '../../../core/channels/behaviour.ts';
import { type Digest, type DigestEntry, MAX_ENTRIES } from '../../../core/channels/digest.ts';
import { toEvent } from '../../../core/channels/event.ts';
import type { MessageContent } from '../../../core/channels/message-content.ts';
import type { Notification } from '../../../core/notifications/model.ts';

export const BASE_URL = 'https://gatebell.example.org';

export const gateFailed: Notification = {
  id: '01KB7Q0000AAAAAAAAAAAAAAAA',
  type: 'security_gate',
  name: 'Security gate of Shop changed from passed to failed',
  message: '3 critical, 0 allowed.',
  created: '2026-12-02T14:05:09.123Z',
  product_id: '01KB7P0000BBBBBBBBBBBBBBBB',
  product_name: 'Shop',
  function: null,
  arguments: null,
  user: 'ci-pipeline',
  from: 'passed',
  to: 'failed',
  exception_class: null,
  exception_origin: null,
  exception_grouping: null,
  trace: null,
  suppressed: null,
  suppressed_since: null,
  suppressed_last: null,
  request_id: 'JKJaXmPLvHcESHA=',
  resolved: false,
  alarm: null,
  report_overdue_since: null,
};

export const reportOverdue: Notification = {
  ...gateFailed,
  id: '01KB7Q0000EEEEEEEEEEEEEEEE',
  name: 'Shop: no report for 26 hours',
  message:
    'The security gate may be out of date. A report is expected every 24 hours; the last one came at 2026-12-01 12:01:10 UTC.',
  user: null,
  from: null,
  to: null,
  request_id: null,
  report_overdue_since: '2026-12-02T12:01:10.000Z',
};

export const exception: Notification = {
  ...gateFailed,
  id: '01KB7Q0000CCCCCCCCCCCCCCCC',
  type: 'exception',
  name: 'ValueError in import_observations',
  message: "invalid literal for int() with base 10: 'twelve'",
  product_id: null,
  product_name: null,
  from: null,
  to: null,
  function: 'import_observations',
  arguments: '{"file": "scan.json"}',
  user: 'alice',
  exception_class: 'ValueError',
  exception_origin: 'reported',
  exception_grouping: 'similar',
  trace: 'Traceback (most recent call last):\n  File "import.py", line 12, in <module>\nValueError: invalid literal',
  suppressed: 412,
  suppressed_since: '2026-12-02T13:00:00.000Z',
  suppressed_last: '2026-12-02T13:59:58.000Z',
};

/** All that could break out of a message: markup of every channel, mentions, quotes, lines, hidden characters, emoji. */
export const HOSTILE = [
  '<!channel> <!here> <@U012AB3CD> <https://evil.example|Pay here> @channel @here',
  '[Pay here](https://evil.example) **bold** _it_ ~~gone~~ `code` ```block``` <at>Everyone</at>',
  '1. one\n- two\n# Heading\n> quote\n| a | b |\n{{DATE(2026-01-01T00:00:00Z)}} www.evil.example',
  '<script>alert("x")</script> \' " \\ & &lt; \u202Eexe.gpj\u202C a\u200Bb \u0000 \u001b[31m',
  '👩‍👩‍👧‍👦 🏳️‍🌈 日本語 \r\nBcc: all@evil.example',
].join('\n');

const fill = (length: number) =>
  HOSTILE.repeat(Math.ceil(length / HOSTILE.length))
    .slice(0, length)
    .toWellFormed();

/** As long and as hostile as can be. */
export const hostileException: Notification = {
  ...exception,
  name: fill(4_096),
  message: fill(4_096),
  product_id: '01KB7P0000BBBBBBBBBBBBBBBB',
  product_name: fill(255),
  function: fill(4_096),
  arguments: JSON.stringify({ text: fill(4_096) }),
  user: fill(128),
  exception_class: fill(255),
  trace: fill(50_000),
};

export const hostileGate: Notification = { ...gateFailed, name: fill(300), product_name: fill(255), user: fill(128) };

export const alarm: Notification = {
  ...exception,
  id: '01KB7Q0000DDDDDDDDDDDDDDDD',
  name: 'CloudWatch alarm: checkout-5xx',
  message: 'More than 1 % of checkouts fail',
  created: '2026-12-02T13:40:00.000Z',
  function: 'checkout-5xx',
  exception_class: 'CloudWatchAlarm',
  exception_origin: 'alarm',
  suppressed: null,
};

const about = (name: string, time: string): Pick<Notification, 'id' | 'created' | 'product_id' | 'product_name'> => {
  const suffix = name.replace(/\W/g, '').toUpperCase().padEnd(20, '0').slice(0, 20);
  return {
    id: `01KB7Q${suffix}`,
    created: `2026-12-02T${time}.000Z`,
    product_id: `01KB7P${suffix}`,
    product_name: name,
  };
};

/** A morning's digest: gates that failed, passed again and flapped, an alarm, and exceptions. */
export const digest: Digest = {
  entries: [
    {
      kind: 'gate',
      notification: { ...gateFailed, ...about('Payment service', '14:05:09') },
      from: 'passed',
      to: 'failed',
      count: 3,
    },
    {
      kind: 'gate',
      notification: {
        ...gateFailed,
        ...about('Customer portal', '13:58:41'),
        message: '1 critical, 0 allowed; 12 high, 5 allowed.',
      },
      from: 'passed',
      to: 'failed',
      count: 7,
    },
    { kind: 'alarm', notification: alarm, from: 'ok', to: 'alarm', count: 1 },
    { kind: 'exception', notification: { ...exception, created: '2026-12-02T13:31:55.000Z' }, count: 12 },
    {
      kind: 'exception',
      notification: {
        ...exception,
        ...about('Search', '11:20:07'),
        type: 'task',
        name: 'Task failed: TimeoutError in nightly_export',
        message: 'No answer from the data warehouse\nwithin 60 s',
      },
      count: 1,
    },
    {
      kind: 'gate',
      notification: {
        ...gateFailed,
        ...about('Warehouse scanner', '13:12:30'),
        to: 'passed',
        from: 'failed',
        message: 'No severity exceeds its threshold.',
      },
      from: 'failed',
      to: 'passed',
      count: 1,
    },
  ],
  omitted: { subjects: 35, failed: 4 },
  totals: { gates: { failed: 6, passed: 20, none: 1 }, alarms: { alarm: 1, ok: 2 }, reports: 1, exceptions: 24 },
  from: '2026-12-02T09:00:00.000Z',
  until: '2026-12-02T14:05:09.000Z',
  reason: 'interval',
};

/** A digest of twenty subjects whose texts are all the same, as long as each may be. */
export const digestOf = (foreign: string, kind: DigestEntry['kind'] = 'exception'): Digest => {
  const name = foreign.slice(0, 255).toWellFormed();
  const texts = { name: foreign, message: foreign, product_name: name, function: name, exception_class: name };
  const notification = { ...exception, ...texts, product_id: '01KB7P0000BBBBBBBBBBBBBBBB' };
  const entries: Readonly<Record<DigestEntry['kind'], DigestEntry>> = {
    gate: { kind: 'gate', notification, from: 'passed', to: 'failed', count: 99 },
    alarm: { kind: 'alarm', notification, from: 'ok', to: 'alarm', count: 99 },
    report: { kind: 'report', notification, count: 1 },
    exception: { kind: 'exception', notification, count: 999_999 },
  };
  return { ...digest, entries: Array.from({ length: MAX_ENTRIES }, () => entries[kind]) };
};

/** The longest base URL that the settings take. */
export const LONGEST_BASE_URL = `https://gatebell.example.org/${'x'.repeat(970)}`;

/** Every text of a JSON value, with the name of the field that it is in. */
export const texts = (value: unknown, field = ''): { field: string; text: string }[] => {
  if (typeof value === 'string') return [{ field, text: value }];
  if (Array.isArray(value)) return value.flatMap((entry) => texts(entry, field));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, entry]) => texts(entry, name));
};

/** A message for some webhook, which a channel renders by its content alone. */
export const messageOf = (content: MessageContent): OutgoingMessage => ({
  content,
  event: toEvent(gateFailed, ''),
  destination: { kind: 'webhook', channel: 'slack', webhook: 'https://hooks.slack.com/services/x', secrets: [] },
  id: 'n.d',
  thread: null,
  tracking: null,
});
