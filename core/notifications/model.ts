import * as z from 'zod/mini';
import { exceptionGroupingSchema, exceptionOriginSchema } from '../exceptions/identity.ts';
import { describeExceeded, type GateState, gateStateOf, gateStateSchema } from '../gates/model.ts';
import { derivedId, timeOfId } from '../platform/sortable-id.ts';
import type { Product } from '../products/model.ts';

export const notificationTypeSchema = z.enum(['security_gate', 'exception', 'task']);
export type NotificationType = z.infer<typeof notificationTypeSchema>;

/** A notification as it is kept; what does not apply to its type is null. */
export const notificationSchema = z.object({
  id: z.string(),
  type: notificationTypeSchema,
  /** What happened, one line. */
  name: z.string(),
  message: z.string(),
  /** ISO 8601. */
  created: z.string(),
  product_id: z.nullable(z.string()),
  product_name: z.nullable(z.string()),
  function: z.nullable(z.string()),
  /** JSON text of an object. */
  arguments: z.nullable(z.string()),
  /** Who caused it. */
  user: z.nullable(z.string()),
  from: z.nullable(gateStateSchema),
  to: z.nullable(gateStateSchema),
  exception_class: z.nullable(z.string()),
  /** Where an exception comes from; what a caller of the API reports is `reported`, whatever it says. */
  exception_origin: z._default(z.nullable(exceptionOriginSchema), null),
  /** What `suppressed` counts: exceptions that are similar to this one, or exactly the same. */
  exception_grouping: z._default(z.nullable(exceptionGroupingSchema), null),
  trace: z.nullable(z.string()),
  /** How many of the same exception were held back since the one before. */
  suppressed: z.nullable(z.int()),
  /** Since when, and when the last of them came. */
  suppressed_since: z.nullable(z.string()),
  suppressed_last: z.nullable(z.string()),
  /** Of one that tells of a broken channel: the name of the deliveries to it. It is told by the others. */
  broken_channel: z.optional(z.string()),
  /** The request to the API that it came of, by which the logs are searched; null where it came of none. */
  request_id: z._default(z.nullable(z.string()), null),
});

export type Notification = z.infer<typeof notificationSchema>;

/** The fields that apply to some notifications only, as they stand in all others. */
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
} as const satisfies Partial<Notification>;

const GATE_MESSAGE = {
  passed: () => 'No severity exceeds its threshold.',
  failed: (product) => `${describeExceeded(product.gate_exceeded)}.`,
  none: () => 'The security gate is disabled.',
} as const satisfies Record<GateState, (product: Product) => string>;

/** What the id of a gate change is made of: the product as it was, and its version and time (ISO 8601) with the new gate. */
type GateChange = {
  readonly before: Pick<Product, 'id' | 'gate_notification_id'>;
  readonly version: number;
  readonly updated: string;
};

/**
 * The id of the notification of a gate change. It sorts behind that of the change before, whatever the clocks of their writers
 * said: the product's versions order its notifications.
 */
export const gateNotificationId = ({ before, version, updated }: GateChange): string => {
  const previous = before.gate_notification_id;
  const earliestMs = previous === null ? 0 : timeOfId(previous) + 1;
  return derivedId(Math.max(Date.parse(updated), earliestMs), ['security_gate', before.id, version]);
};

/**
 * The notification of a gate change between two images of a product, or null where the gate did not change. Its id
 * comes from the product and its version: the same change met twice gives the same notification.
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
