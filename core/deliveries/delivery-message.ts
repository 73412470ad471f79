import * as z from 'zod/mini';
import type { Delivery } from './model.ts';

/**
 * A message of the delivery queue. It holds ids only, so that no queue contains an address or a URL.
 * A message in the dead-letter queue has a `retry_of`: the `settled_at` of its failure. Moved back to the delivery queue, it
 * restarts the delivery once. A duplicate message of a failed delivery has no `retry_of` and restarts nothing.
 */
export const deliveryMessageSchema = z.object({
  notification_id: z.string(),
  delivery_id: z.string(),
  retry_of: z.optional(z.string()),
});

export type DeliveryMessage = z.infer<typeof deliveryMessageSchema>;

/** A message in the dead-letter queue, with the reason for its readers. */
export type DeadLetter = DeliveryMessage & { readonly reason: string };

/** The dead-letter message of a failed delivery. */
export const deadLetterOf = ({ notification_id, delivery_id, settled_at, last_error }: Delivery): DeadLetter => ({
  notification_id,
  delivery_id,
  ...(settled_at !== null && { retry_of: settled_at }),
  reason: last_error ?? '',
});
