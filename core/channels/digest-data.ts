import * as z from 'zod/mini';
import { alarmStateSchema } from '../deliveries/event.ts';
import { gateStateSchema } from '../gates/model.ts';
import { cut, plainText } from '../platform/text/text.ts';
import type { Digest, DigestEntry } from './digest.ts';
import { eventProductOf, eventProductSchema } from './event-product.ts';
import { notificationUrl } from './message-content.ts';

const describe = (description: string) => ({ description });

const entrySchema = z.object({
  kind: z.enum(['gate', 'alarm', 'report', 'exception']),
  notification_id: z.string().register(z.globalRegistry, describe('The newest notification about this subject')),
  name: z.string(),
  message: z.string(),
  timestamp: z.string(),
  product: eventProductSchema,
  gate: z.nullable(z.object({ from: z.nullable(gateStateSchema), to: gateStateSchema })),
  alarm: z.nullable(z.object({ name: z.string(), from: z.nullable(alarmStateSchema), to: alarmStateSchema })),
  exception: z.nullable(z.object({ class: z.nullable(z.string()), function: z.nullable(z.string()) })),
  count: z.int().register(z.globalRegistry, describe('Number of changes, or of occurrences of an exception')),
  url: z.nullable(z.string()),
});

const countSchema = z.int();

/** The part of an event that only digests have. */
export const digestDataSchema = z
  .object({
    reason: z.enum(['interval', 'schedule', 'mute']),
    from: z.string().register(z.globalRegistry, describe('Time of the oldest event, ISO 8601')),
    until: z.string(),
    entries: z.array(entrySchema),
    omitted: z.object({ subjects: countSchema, failed: countSchema }).register(z.globalRegistry, {
      description: 'How many subjects are not in the entries, and how many of those are failed gates or alarms',
    }),
    totals: z.object({
      gates: z.object({ passed: countSchema, failed: countSchema, none: countSchema }),
      alarms: z.object({ alarm: countSchema, ok: countSchema }),
      reports: countSchema.register(z.globalRegistry, describe('Overdue reports')),
      exceptions: countSchema,
    }),
  })
  .register(z.globalRegistry, { id: 'Digest', description: 'What changed or occurred, by subject, most urgent first' });

type DigestData = z.infer<typeof digestDataSchema>;
type EntryData = DigestData['entries'][number];

/** In characters, so that twenty entries stay far below the 256 KB that EventBridge takes. */
const MAX = { name: 300, message: 400, word: 255 } as const;

const cutText = (text: string, maxLength: number): string => cut(plainText(text), maxLength);
const cutOrNull = (text: string | null): string | null => (text === null ? null : cutText(text, MAX.word));

const stateOf = (entry: DigestEntry): Pick<EntryData, 'gate' | 'alarm' | 'exception'> => {
  const { notification } = entry;
  switch (entry.kind) {
    case 'gate':
      return { gate: { from: entry.from, to: entry.to }, alarm: null, exception: null };
    case 'alarm': {
      const name = cutText(notification.function ?? notification.name, MAX.word);
      return { gate: null, alarm: { name, from: entry.from, to: entry.to }, exception: null };
    }
    case 'report':
      return { gate: null, alarm: null, exception: null };
    case 'exception': {
      const exception = { class: cutOrNull(notification.exception_class), function: cutOrNull(notification.function) };
      return { gate: null, alarm: null, exception };
    }
    default:
      return entry satisfies never;
  }
};

const entryData = (entry: DigestEntry, baseUrl: string): EntryData => {
  const { id, name, message, created } = entry.notification;
  return {
    kind: entry.kind,
    notification_id: id,
    name: cutText(name, MAX.name),
    message: cutText(message, MAX.message),
    timestamp: created,
    product: eventProductOf(entry.notification),
    ...stateOf(entry),
    count: entry.count,
    url: notificationUrl(entry.notification, baseUrl),
  };
};

/** A digest for programs. */
export const digestData = ({ reason, from, until, entries, omitted, totals }: Digest, baseUrl: string): DigestData => ({
  reason,
  from,
  until,
  entries: entries.map((entry) => entryData(entry, baseUrl)),
  omitted,
  totals,
});
