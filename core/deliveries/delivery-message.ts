import * as z from 'zod/mini';
import type { Delivery } from './model.ts';

/**
 * What the delivery queue carries: names of items and nothing else, so that no address and no URL is ever in a queue.
 * A message in the dead-letter queue has a `retry_of`: the `settled_at` of the failure that it stands for. Moved back to
 * the delivery queue, it starts the delivery afresh, once; a doubled message of a delivery that failed has none.
 */
export const deliveryMessageSchema = z.object({
  notification_id: z.string(),
  delivery_id: z.string(),
  retry_of: z.optional(z.string()),
});

export type DeliveryMessage = z.infer<typeof deliveryMessageSchema>;

/** In the dead-letter queue, with the reason for who reads it there. */
export type DeadLetter = DeliveryMessage & { readonly reason: string };

/** What the dead-letter queue keeps of a failed delivery. */
export const deadLetterOf = ({ notification_id, delivery_id, settled_at, last_error }: Delivery): DeadLetter => ({
  notification_id,
  delivery_id,
  ...(settled_at !== null && { retry_of: settled_at }),
  reason: last_error ?? '',
});
