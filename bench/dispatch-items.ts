import { toEvent } from '../core/channels/event.ts';
import { toMessageContent } from '../core/channels/message-content.ts';
import { NO_CHANNELS } from '../core/channels/model.ts';
import { sendWith } from '../core/channels/send.ts';
import { newDelivery } from '../core/deliveries/lifecycle.ts';
import { wakeBody } from '../core/deliveries/queue.ts';
import { deliveryItem } from '../core/deliveries/store/delivery-item.ts';
import { IN_FORMAT } from '../core/formats/store/format.ts';
import { SETTINGS_KEY } from '../core/keys.ts';
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
import { targetName } from '../core/targets/target-record.ts';
import { gateFailed } from '../test/unit/channels/samples.ts';

const SETTINGS = { ...DEFAULT_SETTINGS, base_url_frontend: 'https://gatebell.example.org', version: 1 };
/** The dispatchers go by the clock, and give up what waited for a day. */
const NOW = new Date();

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

const notificationOf = (id: string, product: Product): Notification => ({
  ...gateFailed,
  id,
  message: MESSAGE,
  product_id: product.id,
  product_name: product.name,
});

/** A notification after its fan-out: its items, and the messages that wake its targets. */
const fannedOut = (id: string, product: Product): Waiting => {
  const notification = notificationOf(id, product);
  const due = { due_at: NOW.toISOString(), due_reason: null };
  const deliveries = targetsOf(notification, { product, settings: SETTINGS }).map((target) =>
    newDelivery(target, notification, { due, now: NOW }),
  );
  return {
    items: [...newProductItems(product, 'olivia'), notificationItem(notification), ...deliveries.map(deliveryItem)],
    messages: deliveries.map((delivery) =>
      JSON.stringify(wakeBody({ target: targetName(delivery.channel, delivery.target_key), deliveries: [delivery] })),
    ),
  };
};

const SETTINGS_ITEM: Item = { ...SETTINGS_KEY, ...IN_FORMAT, ...SETTINGS };

/** Every product has a Slack and a Teams webhook of its own, and one notification for both. */
export const waitingDeliveries = async (count: number, where: Where & { readonly group: number }): Promise<Waiting> => {
  const { group } = where;
  const items: Item[] = [SETTINGS_ITEM];
  const messages: string[] = [];
  for (let position = 0; messages.length < count; position += 1) {
    const id = sortableId(NOW.getTime() + position, new Uint8Array(10).fill(group));
    const waiting = fannedOut(id, await productOf(`Product ${group}-${position}`, id, where));
    items.push(...waiting.items);
    messages.push(...waiting.messages);
  }
  return { items, messages };
};

type ToWebhooks = { readonly channel: 'ms_teams' | 'slack'; readonly group: number; readonly vault: WebhookSecrets };

/** A product and a notification for each webhook. Products may share one. */
export const deliveriesTo = async (
  webhooks: readonly string[],
  { channel, group, vault }: ToWebhooks,
): Promise<Waiting> => {
  const waiting = await Promise.all(
    webhooks.map(async (text, position) => {
      const name = `Product ${group}-${position}`;
      const id = sortableId(NOW.getTime() + position, new Uint8Array(10).fill(group));
      const change = { [channel]: { text } };
      const channels = await encryptChannels({ vault, now: () => NOW }, { productId: id, before: NO_CHANNELS, change });
      const revision = { user: 'olivia', settings: SETTINGS, now: NOW };
      return fannedOut(id, { ...newProduct(id, { ...PRODUCT_DEFAULTS, name }, revision), channels });
    }),
  );
  return {
    items: [SETTINGS_ITEM, ...waiting.flatMap(({ items }) => items)],
    messages: waiting.flatMap(({ messages }) => messages),
  };
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
