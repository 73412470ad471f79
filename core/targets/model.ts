import { createHash } from 'node:crypto';
import { addressKey, splitAddresses } from '../channels/email/addresses.ts';
import type { WebhookChannel } from '../channels/webhook-address.ts';
import type { Notification } from '../notifications/model.ts';
import { type Product, productWebhooks } from '../products/model.ts';
import { type StoredWebhook, shownWebhook, type WebhookPlace, type Webhooks } from '../secrets/model.ts';
import { type Settings, settingsWebhooks } from '../settings/model.ts';

type Mail = { readonly channel: 'email'; readonly address: string; readonly from: string };

/** Where a message goes and what the channel needs to bring it there. An empty `from` is none: nothing can be sent. */
export type Destination =
  | Mail
  | { readonly channel: 'ms_teams'; readonly webhook: string }
  | { readonly channel: 'slack'; readonly webhook: string };

/** A destination as it is kept: a webhook's URL is sealed for its place, and opened by who sends. */
export type EncryptedDestination =
  | Mail
  | { readonly channel: WebhookChannel; readonly webhook: StoredWebhook; readonly place: WebhookPlace };

/** A destination under the name that its deliveries carry, which stays when a webhook is rotated. */
export type Target = {
  readonly delivery_id: string;
  readonly source: 'product' | 'settings';
  /** Tells it from all others of its channel: a hash of the whole address or URL. */
  readonly key: string;
  /** What people see: the address; of a webhook its host and a fingerprint. */
  readonly shown: string;
  readonly destination: EncryptedDestination;
};

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Of a product, or of the settings (null). */
type Recipients = { readonly productId: string | null; readonly emailTo: string; readonly webhooks: Webhooks };

/** The name that an address's deliveries carry. */
export const emailDeliveryId = (address: string): string => `email-${hash(addressKey(address))}`;

const emailTargets = (source: Target['source'], emailTo: string, from: string): Target[] =>
  splitAddresses(emailTo).map((address) => ({
    delivery_id: emailDeliveryId(address),
    source,
    key: hash(addressKey(address)),
    shown: address,
    destination: { channel: 'email', address, from },
  }));

const webhookTargets = (source: Target['source'], channel: WebhookChannel, recipients: Recipients): Target[] => {
  const webhook = recipients.webhooks[channel];
  if (webhook === null) return [];
  const destination = { channel, webhook, place: { productId: recipients.productId, channel } };
  return [{ delivery_id: channel, source, key: webhook.fingerprint, shown: shownWebhook(webhook), destination }];
};

const targets = (source: Target['source'], recipients: Recipients, from: string): Target[] => [
  ...emailTargets(source, recipients.emailTo, from),
  ...webhookTargets(source, 'ms_teams', recipients),
  ...webhookTargets(source, 'slack', recipients),
];

/** The targets of a product's own notifications. */
const productTargets = (product: Product, settings: Settings): Target[] =>
  targets(
    'product',
    { productId: product.id, emailTo: product.notification_email_to, webhooks: productWebhooks(product) },
    settings.email_from,
  );

/** The targets of exceptions. */
const exceptionTargets = (settings: Settings): Target[] =>
  targets(
    'settings',
    { productId: null, emailTo: settings.exception_email_to, webhooks: settingsWebhooks(settings) },
    settings.email_from,
  );

/** What decides who is told. */
type Told = Pick<Notification, 'type'> & Partial<Pick<Notification, 'product_id' | 'broken_channel'>>;

/** Whether a notification goes to its product's own targets: about its gate, or about a channel of it that is broken. */
export const isToldByProduct = ({ type, product_id = null, broken_channel }: Told): boolean => {
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
 * Who is told of a notification, as product and settings say now. A product that is gone has nobody. A broken channel is
 * told of by the others, so that no such message fails for the reason that it tells.
 */
export const targetsOf = (
  notification: Told,
  { product, settings }: { readonly product: Product | null; readonly settings: Settings },
): Target[] => {
  const own = product === null ? [] : productTargets(product, settings);
  const all = isToldByProduct(notification) ? own : exceptionTargets(settings);
  return all.filter(({ delivery_id }) => delivery_id !== notification.broken_channel);
};
