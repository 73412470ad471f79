import type { Notification } from '../notifications/model.ts';
import type { OutgoingMessage } from './behaviour.ts';

/** The id of a delivery's message. All messages about the gate of a product are one conversation. */
export const messageIds = (
  { id, type, product_id }: Pick<Notification, 'id' | 'type' | 'product_id'>,
  deliveryId: string,
): Pick<OutgoingMessage, 'id' | 'thread'> => ({
  id: `${id}.${deliveryId}`,
  thread: type === 'security_gate' && product_id !== null ? `gate.${product_id}` : null,
});
