import { CHANNELS, type Channel, type ChannelName } from '../channels/channels.ts';
import { addressKey } from '../channels/email/addresses.ts';
import type { Channels, StoredChannel } from '../channels/model.ts';
import type { Notification } from '../notifications/model.ts';
import { shortHash } from '../platform/short-hash.ts';
import type { Product } from '../products/model.ts';
import { type StoredWebhook, shownWebhook, type WebhookPlace } from '../secrets/model.ts';
import type { SigningSecret } from '../secrets/signing-secrets.ts';
import type { Settings } from '../settings/model.ts';

/** An empty `from` is none: nothing can be sent. */
type Address = {
  readonly kind: 'address';
  readonly channel: ChannelName;
  readonly address: string;
  readonly from: string;
};

type Bus = { readonly kind: 'bus'; readonly channel: ChannelName; readonly bus: string };

/** Where a message goes, with what the channel needs to send it there. `secrets`: of a signed webhook. */
export type Destination =
  | Address
  | Bus
  | {
      readonly kind: 'webhook';
      readonly channel: ChannelName;
      readonly webhook: string;
      readonly secrets: readonly SigningSecret[];
    };

/** A destination as it is stored: a webhook's URL is encrypted for its place. Senders decrypt it. */
export type EncryptedDestination =
  | Address
  | Bus
  | {
      readonly kind: 'webhook';
      readonly channel: ChannelName;
      readonly webhook: StoredWebhook;
      readonly place: WebhookPlace;
    };

/** A destination with the id of its deliveries, which stays the same when a webhook is changed. */
export type Target = {
  readonly delivery_id: string;
  readonly source: 'product' | 'settings';
  /** Identifies it among the targets of its channel: a hash of the whole address or URL. */
  readonly key: string;
  /** What is shown: the address, or a webhook's host and fingerprint. */
  readonly shown: string;
  readonly destination: EncryptedDestination;
};

/** Whose channels: of a product, or of the settings (null). */
type ChannelsOf = {
  readonly source: Target['source'];
  readonly productId: string | null;
  readonly channels: Channels;
  readonly from: string;
};

/** The id that an address's deliveries carry. */
export const addressDeliveryId = (channel: ChannelName, address: string): string =>
  `${channel}-${shortHash(addressKey(address))}`;

const targetsOfChannel = (
  { name: channel }: Channel,
  stored: StoredChannel,
  { source, productId, from }: ChannelsOf,
): Target[] => {
  switch (stored.kind) {
    case 'addresses':
      return stored.addresses.map((address) => ({
        delivery_id: addressDeliveryId(channel, address),
        source,
        key: shortHash(addressKey(address)),
        shown: address,
        destination: { kind: 'address', channel, address, from },
      }));
    case 'bus': {
      const { bus } = stored;
      const destination = { kind: 'bus', channel, bus } as const;
      return [{ delivery_id: channel, source, key: shortHash(bus), shown: bus, destination }];
    }
    case 'webhook': {
      const { webhook } = stored;
      const destination = { kind: 'webhook', channel, webhook, place: { productId, channel } } as const;
      return [{ delivery_id: channel, source, key: webhook.fingerprint, shown: shownWebhook(webhook), destination }];
    }
    default:
      return stored satisfies never;
  }
};

const targets = (of: ChannelsOf): Target[] =>
  CHANNELS.flatMap((channel) => {
    const stored = of.channels[channel.name];
    return stored === null ? [] : targetsOfChannel(channel, stored, of);
  });

/** The targets of an owner's channels: of a product, or of the settings, whose targets get the exceptions. */
export const ownTargets = (owner: Product | Settings, { email_from: from }: Settings): Target[] =>
  'id' in owner
    ? targets({ source: 'product', productId: owner.id, channels: owner.channels, from })
    : targets({ source: 'settings', productId: null, channels: owner.channels, from });

/** The fields that decide where a notification is sent. */
type RoutedNotification = Pick<Notification, 'type'> & Partial<Pick<Notification, 'product_id' | 'broken_channel'>>;

/** Whether a notification is sent to its product's targets: about its gate, or about a broken channel of the product. */
export const goesToProductTargets = ({ type, product_id = null, broken_channel }: RoutedNotification): boolean => {
  switch (type) {
    case 'security_gate':
      return true;
    case 'exception':
    case 'task':
      return broken_channel !== undefined && product_id !== null;
    default:
      return type satisfies never;
  }
};

/**
 * The targets of a notification by the current product and settings. A deleted product has none. A message about a broken
 * channel is sent to the others only, because it would fail for the reason that it reports.
 */
export const targetsOf = (
  notification: RoutedNotification,
  { product, settings }: { readonly product: Product | null; readonly settings: Settings },
): Target[] => {
  const owner = goesToProductTargets(notification) ? product : settings;
  const all = owner === null ? [] : ownTargets(owner, settings);
  return all.filter(({ delivery_id }) => delivery_id !== notification.broken_channel);
};
