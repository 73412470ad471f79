import * as z from 'zod/mini';
import { gateStateSchema } from '../gates/model.ts';
import type { Notification, NotificationType } from '../notifications/model.ts';
import { cut, cutTrace, plainText } from '../platform/text/text.ts';
import { digestDataSchema } from './digest-data.ts';
import { eventProductOf, eventProductSchema } from './event-product.ts';
import { notificationUrl, productLinks } from './message-content.ts';
import type { Tested } from './test-content.ts';

const TYPES = {
  security_gate: 'security_gate.changed',
  exception: 'exception.occurred',
  task: 'task.failed',
} as const satisfies Record<NotificationType, string>;

/** The end of an exception: its alarm is OK again. */
const RESOLVED = 'exception.resolved';

/** No report came in time, so the gate may be out of date. */
const OVERDUE = 'report.overdue';

const TEST = 'test.sent';

const exceptionSchema = z.object({
  class: z.nullable(z.string()),
  function: z.nullable(z.string()),
  arguments: z.nullable(z.string()).register(z.globalRegistry, { description: 'JSON text of an object' }),
  trace: z.nullable(z.string()),
  suppressed: z.nullable(z.int()).register(z.globalRegistry, {
    description: 'How many equal exceptions were held back since the previous event',
  }),
  alarm: z.nullable(z.string()).register(z.globalRegistry, {
    description: 'The ARN of the CloudWatch alarm; the same in the event that says it is OK again',
  }),
});

/**
 * What happened, for programs. A change that a receiver could fail on gets another `version`; fields and types may be added.
 */
export const channelEventSchema = z
  .object({
    version: z.literal(1),
    type: z.enum([...Object.values(TYPES), RESOLVED, OVERDUE, TEST, 'digest.sent']),
    timestamp: z.string().register(z.globalRegistry, { description: 'When it happened, ISO 8601' }),
    data: z.object({
      notification_id: z.nullable(z.string()),
      name: z.string(),
      message: z.string(),
      user: z.nullable(z.string()),
      product: eventProductSchema,
      gate: z.nullable(z.object({ from: gateStateSchema, to: gateStateSchema })),
      report: z.nullable(z.object({ overdue_since: z.string() })),
      exception: z.nullable(exceptionSchema),
      url: z.nullable(z.string()),
      /** A digest's alone. Its notification, user, product, gate, report, and exception are null. */
      digest: z.optional(digestDataSchema),
    }),
  })
  .register(z.globalRegistry, { id: 'Event' });

export type ChannelEvent = z.infer<typeof channelEventSchema>;

/** In characters, so that an event stays far below the 256 KB that EventBridge takes. */
const MAX = { name: 1_000, message: 10_000, arguments: 10_000, trace: 20_000 } as const;

const cutOrNull = (text: string | null, maxLength: number): string | null =>
  text === null ? null : cut(plainText(text), maxLength);

const gateOf = ({ from, to }: Notification): ChannelEvent['data']['gate'] =>
  from === null || to === null ? null : { from, to };

const typeOf = ({ type, resolved, report_overdue_since }: Notification): ChannelEvent['type'] => {
  if (report_overdue_since !== null) return OVERDUE;
  return resolved ? RESOLVED : TYPES[type];
};

const reportOf = ({ report_overdue_since: since }: Notification): ChannelEvent['data']['report'] =>
  since === null ? null : { overdue_since: since };

const exceptionOf = (notification: Notification): ChannelEvent['data']['exception'] =>
  notification.type === 'security_gate'
    ? null
    : {
        class: cutOrNull(notification.exception_class, MAX.name),
        function: cutOrNull(notification.function, MAX.name),
        arguments: cutOrNull(notification.arguments, MAX.arguments),
        trace:
          notification.trace === null
            ? null
            : cutTrace(plainText(notification.trace), (candidate) => candidate.length <= MAX.trace),
        suppressed: notification.suppressed,
        alarm: cutOrNull(notification.alarm, MAX.name),
      };

/** The event of a notification. `baseUrl` is the page's address, the empty string for none. */
export const toEvent = (notification: Notification, baseUrl: string): ChannelEvent => ({
  version: 1,
  type: typeOf(notification),
  timestamp: notification.created,
  data: {
    notification_id: notification.id,
    name: cut(plainText(notification.name), MAX.name),
    message: cut(plainText(notification.message), MAX.message),
    user: cutOrNull(notification.user, MAX.name),
    product: eventProductOf(notification),
    gate: gateOf(notification),
    report: reportOf(notification),
    exception: exceptionOf(notification),
    url: notificationUrl(notification, baseUrl),
  },
});

/** The event of a test message. */
export const testEvent = ({ product, user, now, baseUrl }: Tested): ChannelEvent => ({
  version: 1,
  type: TEST,
  timestamp: now.toISOString(),
  data: {
    notification_id: null,
    name: 'Test',
    message: 'This is a test message of Gatebell. Nothing has happened.',
    user: cutOrNull(user, MAX.name),
    product: product === null ? null : { id: product.id, name: product.name },
    gate: null,
    report: null,
    exception: null,
    url: productLinks(product?.id ?? null, baseUrl)[0]?.url ?? null,
  },
});
