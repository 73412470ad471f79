import { channelOf } from '../channels/channels.ts';
import type { ChannelField } from '../channels/declaration.ts';
import { NOT_APPLICABLE, type Notification } from '../notifications/model.ts';
import { derivedId } from '../platform/sortable-id.ts';
import { cut } from '../platform/text/text.ts';
import type { ChannelHealth } from './health.ts';

/** Which channel, and whose; the settings' where there is no product. */
export type BrokenChannelOf = {
  readonly productId: string | null;
  readonly deliveryId: string;
  readonly health: ChannelHealth;
};

const NEXT_STEP = {
  addresses: 'Correct the address, or set the list again to go on sending to it.',
  webhook: 'Set a new webhook, or send a test message once it works again.',
  signed_webhook: 'Set a new webhook, or send a test message once it works again.',
  bus: 'Check the event bus and its policy, then send a test message.',
} as const satisfies Record<ChannelField['kind'], string>;

const MAX_NAME = 500;

/**
 * The notification that a channel is broken, or null for one that merely fails. Its id comes from the channel and from
 * when it was found out: told once. What is wrong stands in the name, as members see no more of a task.
 */
export const brokenChannelNotification = ({ productId, deliveryId, health }: BrokenChannelOf): Notification | null => {
  const { broken_at, channel, target, target_key, reason, product_name } = health;
  if (broken_at === null) return null;
  const { label, field } = channelOf(channel);
  const owner = productId === null ? 'the exceptions' : (product_name ?? 'a product');
  return {
    ...NOT_APPLICABLE,
    id: derivedId(Date.parse(broken_at), ['broken_channel', productId ?? '', deliveryId, target_key]),
    type: 'task',
    name: cut(`${label} of ${owner} is broken (${target}): ${reason}`, MAX_NAME),
    message: NEXT_STEP[field.kind],
    created: broken_at,
    product_id: productId,
    product_name,
    broken_channel: deliveryId,
  };
};
