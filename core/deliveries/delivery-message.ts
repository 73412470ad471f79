import * as z from 'zod/mini';
import { targetNameSchema } from '../targets/target-record.ts';
import type { Delivery } from './model.ts';

const refSchema = z.object({ notification_id: z.string(), delivery_id: z.string() });

/**
 * A message of the delivery queue that wakes a target. It holds ids only, so that no queue contains an address or a URL.
 * `deliveries`: new ones, which the index of what waits may not have yet.
 */
export const wakeMessageSchema = z.object({ target: targetNameSchema, deliveries: z._default(z.array(refSchema), []) });

export type WakeMessage = z.infer<typeof wakeMessageSchema>;

/**
 * A message in the dead-letter queue. Moved back to the delivery queue, it restarts the delivery once: `retry_of` is the
 * `settled_at` of its failure.
 */
export const retryMessageSchema = z.extend(refSchema, { retry_of: z.string() });

export type RetryMessage = z.infer<typeof retryMessageSchema>;

/** A message in the dead-letter queue, with the reason for its readers. */
export type DeadLetter = RetryMessage & { readonly reason: string };

/** The dead-letter message of a failed delivery. */
export const deadLetterOf = ({ notification_id, delivery_id, settled_at, last_error }: Delivery): DeadLetter => ({
  notification_id,
  delivery_id,
  retry_of: settled_at ?? '',
  reason: last_error ?? '',
});
