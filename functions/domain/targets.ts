import { createHash } from 'node:crypto';
import { splitAddresses } from './email-addresses.ts';
import type { Notification } from './notification.ts';
import type { Product } from './product.ts';
import type { Settings } from './settings.ts';
import type { WebhookChannel } from './webhook-address.ts';

/** Where a message goes and what the channel needs to bring it there. An empty `from` is none: nothing can be sent. */
export type Destination =
  | { readonly channel: 'email'; readonly address: string; readonly from: string }
  | { readonly channel: 'ms_teams'; readonly webhook: string }
  | { readonly channel: 'slack'; readonly webhook: string };

/** A destination under the name that its deliveries carry, which stays when a webhook is rotated. */
export type Target = {
  readonly delivery_id: string;
  readonly source: 'product' | 'settings';
  /** What people see: the address; of a webhook its host and a fingerprint. */
  readonly shown: string;
  readonly destination: Destination;
};

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `hooks.slack.com #3fa91c`: tells one webhook from another and gives neither away. */
const shownWebhook = (webhook: string): string =>
  `${URL.canParse(webhook) ? new URL(webhook).host : 'unknown host'} #${hash(webhook).slice(0, 6)}`;

type Recipients = { readonly emailTo: string; readonly webhooks: Readonly<Record<WebhookChannel, string>> };

const emailTargets = (source: Target['source'], emailTo: string, from: string): Target[] =>
  splitAddresses(emailTo).map((address) => ({
    delivery_id: `email-${hash(address.toLowerCase()).slice(0, 16)}`,
    source,
    shown: address,
    destination: { channel: 'email', address, from },
  }));

const webhookTargets = (source: Target['source'], channel: WebhookChannel, webhook: string): Target[] =>
  webhook === ''
    ? []
    : [{ delivery_id: channel, source, shown: shownWebhook(webhook), destination: { channel, webhook } }];

const targets = (source: Target['source'], { emailTo, webhooks }: Recipients, from: string): Target[] => [
  ...emailTargets(source, emailTo, from),
  ...webhookTargets(source, 'ms_teams', webhooks.ms_teams),
  ...webhookTargets(source, 'slack', webhooks.slack),
];

/** The targets of a product's own notifications. */
const productTargets = (product: Product, settings: Settings): Target[] =>
  targets(
    'product',
    {
      emailTo: product.notification_email_to,
      webhooks: { ms_teams: product.notification_ms_teams_webhook, slack: product.notification_slack_webhook },
    },
    settings.email_from,
  );

/** The targets of exceptions. */
const exceptionTargets = (settings: Settings): Target[] =>
  targets(
    'settings',
    {
      emailTo: settings.exception_email_to,
      webhooks: { ms_teams: settings.exception_ms_teams_webhook, slack: settings.exception_slack_webhook },
    },
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
  of: Told,
  { product, settings }: { readonly product: Product | null; readonly settings: Settings },
): Target[] => {
  const own = product === null ? [] : productTargets(product, settings);
  const all = isToldByProduct(of) ? own : exceptionTargets(settings);
  return all.filter(({ delivery_id }) => delivery_id !== of.broken_channel);
};
