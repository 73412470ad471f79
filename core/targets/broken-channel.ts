import { channelOf } from '../channels/channels.ts';
import type { ChannelField } from '../channels/declaration.ts';
import { NOT_APPLICABLE, type Notification } from '../notifications/model.ts';
import { derivedId } from '../platform/sortable-id.ts';
import { cut } from '../platform/text/text.ts';
import type { ChannelHealth } from './health.ts';

/** A channel of a product, or of the settings (null), with its health. */
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
 * The notification of a broken channel, or null if it merely fails. Its id derives from the channel and the time, so it is
 * created once. The name has the reason, because members see only the name of a task.
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
