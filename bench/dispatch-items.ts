import { toEvent } from '../core/channels/event.ts';
import { toMessageContent } from '../core/channels/message-content.ts';
import { NO_CHANNELS } from '../core/channels/model.ts';
import { sendWith } from '../core/channels/send.ts';
import { newDelivery } from '../core/deliveries/lifecycle.ts';
import { IN_FORMAT } from '../core/formats/store/format.ts';
import { deliveryKey, SETTINGS_KEY } from '../core/keys.ts';
import type { Notification } from '../core/notifications/model.ts';
import { notificationItem } from '../core/notifications/store/notifications.ts';
import type { Item } from '../core/platform/dynamodb/table.ts';
import { sortableId } from '../core/platform/sortable-id.ts';
import { PRODUCT_DEFAULTS, type Product } from '../core/products/model.ts';
import { newProduct } from '../core/products/revision.ts';
import { newProductItems } from '../core/products/store/products.ts';
import { encryptChannels } from '../core/secrets/encrypt-channels.ts';
import type { WebhookSecrets } from '../core/secrets/webhook-secrets.ts';
import { DEFAULT_SETTINGS } from '../core/settings/model.ts';
import { targetsOf } from '../core/targets/model.ts';
import { gateFailed } from '../test/unit/channels/samples.ts';

const SETTINGS = { ...DEFAULT_SETTINGS, base_url_frontend: 'https://gatebell.example.org', version: 1 };
const NOW = new Date('2026-11-01T00:00:00Z');

/** As long as what makes messages of some 1.5 KB. */
const MESSAGE = 'One critical, 0 allowed; '.repeat(24);

/** Deliveries that wait to be sent, as fan-out leaves them. */
export type Waiting = { readonly items: readonly Item[]; readonly messages: readonly string[] };

/** The receiver of the messages, and what encrypts its webhooks. */
type Where = { readonly receiver: string; readonly vault: WebhookSecrets };

const productOf = async (name: string, id: string, { receiver, vault }: Where): Promise<Product> => ({
  ...newProduct(id, { ...PRODUCT_DEFAULTS, name }, { user: 'olivia', settings: SETTINGS, now: NOW }),
  channels: await encryptChannels(
    { vault, now: () => NOW },
    {
      productId: id,
      before: NO_CHANNELS,
      change: { slack: { text: `${receiver}/slack/${id}` }, ms_teams: { text: `${receiver}/teams/${id}` } },
    },
  ),
});

/** Every product has a Slack and a Teams webhook of its own, and one notification for both. */
export const waitingDeliveries = async (count: number, where: Where & { readonly group: number }): Promise<Waiting> => {
  const { group } = where;
  const items: Item[] = [{ ...SETTINGS_KEY, ...IN_FORMAT, ...SETTINGS }];
  const messages: string[] = [];
  for (let position = 0; messages.length < count; position += 1) {
    const random = new Uint8Array(10).fill(group);
    const id = sortableId(NOW.getTime() + position, random);
    const product = await productOf(`Product ${group}-${position}`, id, where);
    const notification: Notification = {
      ...gateFailed,
      id,
      message: MESSAGE,
      product_id: product.id,
      product_name: product.name,
    };
    items.push(...newProductItems(product, 'olivia'), notificationItem(notification));
    for (const target of targetsOf(notification, { product, settings: SETTINGS })) {
      const delivery = newDelivery(target, notification, NOW);
      items.push({ ...deliveryKey(id, delivery.delivery_id), ...delivery });
      messages.push(JSON.stringify({ notification_id: id, delivery_id: delivery.delivery_id }));
    }
  }
  return { items, messages };
};

/**
 * Deliveries to a few webhooks of Teams, in turn: a product each. Those to Slack would wait for each other, a second a
 * message, and show nothing but that.
 */
export const deliveriesInTurn = async (
  count: number,
  {
    webhooks,
    group,
    vault,
  }: { readonly webhooks: readonly string[]; readonly group: number; readonly vault: WebhookSecrets },
): Promise<Waiting> => {
  const items: Item[] = [{ ...SETTINGS_KEY, ...IN_FORMAT, ...SETTINGS }];
  const messages: string[] = [];
  const idOf = (position: number) => sortableId(NOW.getTime() + position, new Uint8Array(10).fill(group));
  const products = await Promise.all(
    webhooks.map(async (webhook, position): Promise<Product> => {
      const name = `Product ${group}-${position}`;
      const id = idOf(position);
      return {
        ...newProduct(id, { ...PRODUCT_DEFAULTS, name }, { user: 'olivia', settings: SETTINGS, now: NOW }),
        channels: await encryptChannels(
          { vault, now: () => NOW },
          {
            productId: id,
            before: NO_CHANNELS,
            change: { ms_teams: { text: webhook } },
          },
        ),
      };
    }),
  );
  for (const product of products) items.push(...newProductItems(product, 'olivia'));
  for (let position = 0; position < count; position += 1) {
    const product = products[position % products.length];
    if (product === undefined) throw new Error('no webhook');
    const id = idOf(position);
    const notification: Notification = {
      ...gateFailed,
      id,
      message: MESSAGE,
      product_id: product.id,
      product_name: product.name,
    };
    items.push(notificationItem(notification));
    for (const target of targetsOf(notification, { product, settings: SETTINGS })) {
      const delivery = newDelivery(target, notification, NOW);
      items.push({ ...deliveryKey(id, delivery.delivery_id), ...delivery });
      messages.push(JSON.stringify({ notification_id: id, delivery_id: delivery.delivery_id }));
    }
  }
  return { items, messages };
};

/** The bodies that the two webhooks of such a notification get. */
export const renderedBodies = async (): Promise<readonly string[]> => {
  const bodies: string[] = [];
  const send = sendWith({
    now: () => NOW,
    sendEmail: async () => ({ kind: 'sent' }),
    post: async ({ body }) => {
      bodies.push(body);
      return { kind: 'answer', status: 200, retryAfter: null, body: 'ok' };
    },
  });
  const notification = { ...gateFailed, message: MESSAGE };
  const content = toMessageContent(notification, SETTINGS.base_url_frontend);
  const event = toEvent(notification, SETTINGS.base_url_frontend);
  for (const channel of ['slack', 'ms_teams'] as const) {
    const destination = {
      kind: 'webhook',
      channel,
      webhook: 'https://hooks.slack.com/services/a',
      secrets: [],
    } as const;
    await send({ content, event, destination, id: 'n.d', thread: null, tracking: null });
  }
  return bodies;
};
