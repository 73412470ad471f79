import * as z from 'zod/mini';
import { exceptionGroupingSchema, exceptionOriginSchema } from '../exceptions/identity.ts';
import { describeExceeded, type GateState, gateStateOf, gateStateSchema } from '../gates/model.ts';
import { derivedId, timeOfId } from '../platform/sortable-id.ts';
import type { Product } from '../products/model.ts';

export const notificationTypeSchema = z.enum(['security_gate', 'exception', 'task']);
export type NotificationType = z.infer<typeof notificationTypeSchema>;

/** A stored notification. Fields that don't apply to its type are null. */
export const notificationSchema = z.object({
  id: z.string(),
  type: notificationTypeSchema,
  /** What happened, one line. */
  name: z.string(),
  message: z.string(),
  /** ISO 8601. */
  created: z.string(),
  product_id: z._default(z.nullable(z.string()), null),
  product_name: z._default(z.nullable(z.string()), null),
  function: z._default(z.nullable(z.string()), null),
  /** JSON text of an object. */
  arguments: z._default(z.nullable(z.string()), null),
  /** Who caused it. */
  user: z._default(z.nullable(z.string()), null),
  from: z._default(z.nullable(gateStateSchema), null),
  to: z._default(z.nullable(gateStateSchema), null),
  exception_class: z._default(z.nullable(z.string()), null),
  /** Where an exception comes from. One that was reported through the API is always `reported`. */
  exception_origin: z._default(z.nullable(exceptionOriginSchema), null),
  /** Which exceptions `suppressed` counts: similar or identical ones. */
  exception_grouping: z._default(z.nullable(exceptionGroupingSchema), null),
  trace: z._default(z.nullable(z.string()), null),
  /** How many equal exceptions were held back since the previous notification. */
  suppressed: z._default(z.nullable(z.int()), null),
  /** Since when they were held back, and when the last one occurred. */
  suppressed_since: z._default(z.nullable(z.string()), null),
  suppressed_last: z._default(z.nullable(z.string()), null),
  /** For a broken channel: the id of its deliveries. The notification is sent through the other channels. */
  broken_channel: z.optional(z.string()),
  /** The API request that caused it, to find it in the logs; null if there was none. */
  request_id: z._default(z.nullable(z.string()), null),
  /** Whether it says that what failed before is over: an alarm that is OK again. */
  resolved: z._default(z.boolean(), false),
  /** The ARN of the CloudWatch alarm that it is about. */
  alarm: z._default(z.nullable(z.string()), null),
  /** Of a security gate that may be out of date: since when the product's report is overdue, ISO 8601. */
  report_overdue_since: z._default(z.nullable(z.string()), null),
});

export type Notification = z.infer<typeof notificationSchema>;

/** The fields that apply to some types only, with their values in all others. */
export const NOT_APPLICABLE = {
  function: null,
  arguments: null,
  user: null,
  from: null,
  to: null,
  exception_class: null,
  exception_origin: null,
  exception_grouping: null,
  trace: null,
  suppressed: null,
  suppressed_since: null,
  suppressed_last: null,
  request_id: null,
  resolved: false,
  alarm: null,
  report_overdue_since: null,
} as const satisfies Partial<Notification>;

const GATE_MESSAGE = {
  passed: () => 'No severity exceeds its threshold.',
  failed: (product) => `${describeExceeded(product.gate_exceeded)}.`,
  none: () => 'The security gate is disabled.',
} as const satisfies Record<GateState, (product: Product) => string>;

/** The source of a gate change's id: the product before, and its version and time (ISO 8601) with the new gate. */
type GateChange = {
  readonly before: Pick<Product, 'id' | 'gate_notification_id'>;
  readonly version: number;
  readonly updated: string;
};

/**
 * The id of a gate change's notification. It sorts after that of the previous change even if a clock was wrong, so that the
 * notifications of a product are in order of its versions.
 */
export const gateNotificationId = ({ before, version, updated }: GateChange): string => {
  const previous = before.gate_notification_id;
  const earliestMs = previous === null ? 0 : timeOfId(previous) + 1;
  return derivedId(Math.max(Date.parse(updated), earliestMs), ['security_gate', before.id, version]);
};

/**
 * The notification of a gate change between two images of a product; null if the gate didn't change. Its id derives from
 * the product and its version, so that a repeated stream record gives the same notification.
 */
export const gateNotification = (before: Product, after: Product): Notification | null => {
  if (before.security_gate_passed === after.security_gate_passed) return null;
  const from = gateStateOf(before.security_gate_passed);
  const to = gateStateOf(after.security_gate_passed);
  return {
    ...NOT_APPLICABLE,
    id: gateNotificationId({ before, version: after.version, updated: after.updated }),
    type: 'security_gate',
    name: `Security gate of ${after.name} changed from ${from} to ${to}`,
    message: GATE_MESSAGE[to](after),
    created: after.updated,
    product_id: after.id,
    product_name: after.name,
    user: after.updated_by,
    request_id: after.request_id,
    from,
    to,
  };
};
