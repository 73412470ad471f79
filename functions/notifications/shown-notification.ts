import * as z from 'zod/mini';
import { type Delivery, deliverySchema } from '../../core/deliveries/model.ts';
import { isRetryable } from '../../core/deliveries/next-step.ts';
import type { Caller } from '../../core/http/caller.ts';
import { markUnreadable, unreadableIdsSchema } from '../../core/http/route-doc.ts';
import { notificationSchema } from '../../core/notifications/model.ts';
import type { StoredNotification } from '../../core/notifications/store/notifications.ts';
import { MASK, shownTo } from '../../core/notifications/visibility.ts';

/** A notification in a list. */
export const listedNotificationSchema = z
  .extend(notificationSchema, { viewed: z.boolean() })
  .register(z.globalRegistry, { id: 'ListedNotification' });

const shownDeliverySchema = z.extend(
  z.pick(deliverySchema, {
    delivery_id: true,
    channel: true,
    target: true,
    status: true,
    attempts: true,
    last_error: true,
    updated: true,
  }),
  {
    reason_code: z.nullable(z.string()).register(z.globalRegistry, {
      description:
        'Why the delivery was skipped: superseded, no_sender, product_deleted, target_removed, address_gone, address_suppressed. New codes may be added.',
    }),
    due_at: z.nullable(z.string()).register(z.globalRegistry, {
      description: 'When the message is sent next, ISO 8601; null if no time is set or it is settled',
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

/** Members see status but not target of deliveries to the exception channels, because only administrators see the settings. */
const showDelivery = (delivery: Delivery, { isAdministrator }: Caller): z.infer<typeof shownDeliverySchema> => {
  const { delivery_id, channel, target, status, attempts, last_error, reason_code, updated, next_attempt_at } =
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
    due_at: next_attempt_at,
    retryable: isRetryable(delivery),
    updated,
  };
};

/** Shows a notification with its deliveries to a caller who may see it. */
export const showNotification = (
  { notification, deliveries, fannedOutAt, unreadable }: StoredNotification,
  isViewed: boolean,
  caller: Caller,
): z.infer<typeof shownNotificationSchema> => ({
  ...shownTo(notification, caller),
  viewed: isViewed,
  deliveries: deliveries.map((entry) => showDelivery(entry, caller)),
  fanned_out_at: fannedOutAt,
  ...markUnreadable(unreadable, caller),
});
