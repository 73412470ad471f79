import * as z from 'zod/mini';
import { type Delivery, ownerOf } from '../deliveries/model.ts';

/** What a route was last notified of about a subject: a product's gate, or an alarm. */
export const notifiedStateSchema = z.object({
  /** The newest notification that a message reported. Notifications of a subject are in order of their ids. */
  notification_id: z.string(),
  /** The state after it. */
  state: z.string(),
  /** When it was sent, ISO 8601. */
  at: z.string(),
  message_id: z.string(),
  /** The newest notification that needed no message, as the recipient knew its state: nothing older is sent, either. */
  unsent_id: z._default(z.nullable(z.string()), null),
});

export type NotifiedState = z.infer<typeof notifiedStateSchema>;

/** What a route knows of a subject of which it was never notified. */
export const neverNotified = (state: string, now: Date): NotifiedState => ({
  notification_id: '',
  state,
  at: now.toISOString(),
  message_id: '',
  unsent_id: null,
});

/** A subject on a route: a channel of an owner (a product, or the settings: null). The route survives a changed webhook. */
export type RouteSubject = { readonly productId: string | null; readonly deliveryId: string; readonly subject: string };

/** The route and subject of a delivery. */
export const routeSubjectOf = (
  delivery: Pick<Delivery, 'source' | 'product_id' | 'delivery_id' | 'event'>,
): RouteSubject => ({
  productId: ownerOf(delivery),
  deliveryId: delivery.delivery_id,
  subject: delivery.event.subject,
});

/** Finds the last notified state of a route; null if it was notified of none. */
export type FindNotified = (of: RouteSubject) => NotifiedState | null;
