import * as z from 'zod';

/**
 * What the delivery queue carries: names of items and nothing else, so that no address and no URL is ever in a queue.
 * A message in the dead-letter queue has a `retry_of`: the `settled_at` of the failure that it stands for. Moved back to
 * the delivery queue, it starts the delivery afresh, once; a doubled message of a delivery that failed has none.
 */
export const deliveryMessage = z.object({
  notification_id: z.string(),
  delivery_id: z.string(),
  retry_of: z.string().optional(),
});

export type DeliveryMessage = z.infer<typeof deliveryMessage>;

/** In the dead-letter queue, with the reason for who reads it there. */
export type DeadLetter = DeliveryMessage & { readonly reason: string };
