import type { OutgoingMessage } from '../../../core/channels/behaviour.ts';
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
