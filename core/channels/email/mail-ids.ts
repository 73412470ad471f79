import type { Notification } from '../../notifications/model.ts';
import type { MailIds } from './email.ts';

/** The ids of a delivery's mail. All mails about the gate of a product are one conversation. */
export const mailIds = (
  { id, type, product_id }: Pick<Notification, 'id' | 'type' | 'product_id'>,
  deliveryId: string,
): MailIds => ({
  messageId: `${id}.${deliveryId}`,
  thread: type === 'security_gate' && product_id !== null ? `gate.${product_id}` : null,
});
