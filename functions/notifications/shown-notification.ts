import * as z from 'zod/mini';
import { type Delivery, deliverySchema, isRetryable, isSettled } from '../../core/deliveries/model.ts';
import type { Caller } from '../../core/http/caller.ts';
import { markUnreadable, unreadableIdsSchema } from '../../core/http/route-doc.ts';
import { notificationSchema } from '../../core/notifications/model.ts';
import type { StoredNotification } from '../../core/notifications/store/notifications.ts';
import { MASK, shownTo } from '../../core/notifications/visibility.ts';
import { readinessOf, type TargetRecord, waitReasonSchema } from '../../core/targets/target-record.ts';

/** A notification in a list. */
export const listedNotificationSchema = z
  .extend(notificationSchema, { viewed: z.boolean() })
  .register(z.globalRegistry, { id: 'ListedNotification' });

const dueReasonSchema = z.enum(['schedule', 'mute', ...waitReasonSchema.options, 'paused']);

/** A delivery as the API shows it. */
export const shownDeliverySchema = z.extend(
  z.pick(deliverySchema, {
    delivery_id: true,
    channel: true,
    target: true,
    status: true,
    attempts: true,
    last_error: true,
    updated: true,
    message_id: true,
    confirmation: true,
  }),
  {
    reason_code: z.nullable(z.string()).register(z.globalRegistry, {
      description:
        'Why the delivery was skipped: superseded, back_to_told_state, failure_not_sent, report_arrived, no_sender, product_deleted, target_removed, address_gone, address_suppressed. New codes may be added.',
    }),
    due_at: z.nullable(z.string()).register(z.globalRegistry, {
      description: 'When it is sent at the earliest, ISO 8601; null if it is settled, or its target is paused',
    }),
    due_reason: z.nullable(dueReasonSchema).register(z.globalRegistry, {
      description:
        "Why it waits: for its channel's schedule or mute, or for its target: interval, throttled, failing, account_rate, paused. Null if nothing makes it wait.",
    }),
    retryable: z.boolean().register(z.globalRegistry, {
      description: 'Whether the delivery failed or was skipped and can be sent again',
    }),
  },
);

/** A single notification, with its deliveries. */
export const shownNotificationSchema = z
  .extend(listedNotificationSchema, {
    deliveries: z.array(shownDeliverySchema),
    /** Null until the deliveries are created. A time without deliveries means that there were no recipients. */
    fanned_out_at: z.nullable(z.string()),
    unreadable: unreadableIdsSchema,
  })
  .register(z.globalRegistry, { id: 'Notification' });

/** The record of a delivery's target; null if nothing was ever sent there. */
export type TargetOf = (delivery: Delivery) => TargetRecord | null;

type Due = Pick<z.infer<typeof shownDeliverySchema>, 'due_at' | 'due_reason'>;

/** When a delivery is sent next: when its route and its target both let it. */
const showDue = (delivery: Delivery, record: TargetRecord | null, now: Date): Due => {
  const { due_at, due_reason } = delivery;
  if (isSettled(delivery)) return { due_at: null, due_reason: null };
  const readiness = record === null ? null : readinessOf(record, now);
  if (readiness?.kind === 'paused') return { due_at: null, due_reason: 'paused' };
  if (readiness?.kind !== 'waiting' || readiness.until.toISOString() <= due_at) return { due_at, due_reason };
  return { due_at: readiness.until.toISOString(), due_reason: readiness.reason };
};

/** Members see status but not target of deliveries to the exception channels, because only administrators see the settings. */
export const showDelivery = (
  delivery: Delivery,
  { isAdministrator }: Caller,
  due: Due,
): z.infer<typeof shownDeliverySchema> => {
  const { delivery_id, channel, target, status, attempts, last_error, reason_code, updated, message_id, confirmation } =
    delivery;
  const isHidden = delivery.source === 'settings' && !isAdministrator;
  return {
    delivery_id,
    channel,
    target: isHidden ? MASK : target,
    status,
    attempts,
    last_error,
    reason_code,
    ...due,
    retryable: isRetryable(delivery),
    updated,
    message_id,
    confirmation,
  };
};

/** Shows a notification with its deliveries to a caller who may see it. */
export const showNotification = (
  { notification, deliveries, fannedOutAt, unreadable }: StoredNotification,
  { isViewed, caller, targetOf, now }: { isViewed: boolean; caller: Caller; targetOf: TargetOf; now: Date },
): z.infer<typeof shownNotificationSchema> => ({
  ...shownTo(notification, caller),
  viewed: isViewed,
  deliveries: deliveries.map((entry) => showDelivery(entry, caller, showDue(entry, targetOf(entry), now))),
  fanned_out_at: fannedOutAt,
  ...markUnreadable(unreadable, caller),
});
