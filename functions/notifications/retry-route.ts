import * as z from 'zod/mini';
import { supersededReason } from '../../core/deliveries/decide.ts';
import type { RetryMessage } from '../../core/deliveries/delivery-message.ts';
import { isRetryable } from '../../core/deliveries/model.ts';
import { problem } from '../../core/http/problem.ts';
import { NONE, pathIdSchema, readRoute } from '../../core/http/route.ts';
import type { Notification } from '../../core/notifications/model.ts';
import { mayDelete } from './access.ts';
import { notificationIdSchema, type OpenDeps, openNotification } from './open-notification.ts';

export type RetryDeps = OpenDeps & {
  /** The id of the notification of a product's newest gate change, read consistently; null where there is none. */
  readonly readNewestGateChange: (productId: string) => Promise<string | null>;
  readonly sendRetries: (messages: readonly RetryMessage[]) => Promise<void>;
};

const deliveryPathSchema = z.object({ notification_id: notificationIdSchema, delivery_id: pathIdSchema });

const newerThan = async (deps: RetryDeps, notification: Notification): Promise<string | null> => {
  if (notification.to === null || notification.product_id === null) return null;
  const newest = await deps.readNewestGateChange(notification.product_id);
  return newest === notification.id ? null : newest;
};

/** `POST …/deliveries/{delivery_id}/retry` */
export const retryRoute = (deps: RetryDeps) =>
  readRoute({
    doc: {
      id: 'retryDelivery',
      summary: 'Sends a failed or skipped delivery again',
      description:
        'Requires an administrator or an owner of the product. The delivery starts again with all its attempts. If the product has a newer gate change, the response is 409 and names the newer notification.',
      answers: { 202: { description: 'Queued; the notification shows its progress' } },
      problems: ['not-found', 'forbidden', 'conflict'],
    },
    path: deliveryPathSchema,
    query: NONE,
    handle: async ({ caller, path: { notification_id, delivery_id } }) => {
      const opened = await openNotification(deps, caller, notification_id);
      const delivery = opened?.deliveries.find((candidate) => candidate.delivery_id === delivery_id);
      if (opened === null || delivery === undefined) return problem('not-found');
      if (!mayDelete(caller, opened.role))
        return problem('forbidden', { detail: 'This action requires the owner role' });
      const newer = await newerThan(deps, opened.notification);
      if (newer !== null) return problem('conflict', { detail: supersededReason(newer) });
      if (!isRetryable(delivery) || delivery.settled_at === null) {
        return problem('conflict', {
          detail: `The delivery is ${delivery.status}; only failed or skipped deliveries can be sent again`,
        });
      }
      // One message and no write: the dispatcher starts it afresh, and of two such messages one finds it started.
      await deps.sendRetries([{ notification_id, delivery_id, retry_of: delivery.settled_at }]);
      return { status: 202 };
    },
  });
