import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { healthKey } from '../../keys.ts';
import { parseOne } from '../../platform/dynamodb/parse-items.ts';
import { type Item, type Operation, type Table, updateIf } from '../../platform/dynamodb/table.ts';
import { transact } from '../../platform/dynamodb/transact.ts';
import { productExists } from '../../products/store/product-exists.ts';
import { type ChannelHealth, channelHealthSchema, HEALTHY, type Health } from '../health.ts';

/** The health in an item: an attribute a failing channel, beside the keys. */
export const parseHealth = (item: Item | undefined): Health => {
  if (item === undefined) return HEALTHY;
  const { pk: _1, sk: _2, ...channels } = item;
  return new Map(Object.entries(channels).map(([name, health]) => [name, channelHealthSchema.parse(health)]));
};

/** Names a channel: a product's, or one of the settings (`productId` null), by the name that its deliveries carry. */
export type ChannelRef = { readonly productId: string | null; readonly deliveryId: string };

const unchanged = (before: ChannelHealth | null) =>
  before === null
    ? { ConditionExpression: 'attribute_not_exists(#channel)' }
    : { ConditionExpression: '#channel.revision = :seen' };

const write = (
  table: Table,
  ref: ChannelRef,
  change: { before: ChannelHealth | null; after: ChannelHealth | null },
) => ({
  TableName: table.name,
  Key: healthKey(ref.productId),
  UpdateExpression: change.after === null ? 'REMOVE #channel' : 'SET #channel = :after',
  ...unchanged(change.before),
  ExpressionAttributeNames: { '#channel': ref.deliveryId },
  ...valuesOf(change),
});

const valuesOf = ({ before, after }: { before: ChannelHealth | null; after: ChannelHealth | null }) => {
  const values = { ...(before && { ':seen': before.revision }), ...(after && { ':after': after }) };
  return Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values };
};

/**
 * Writes the health of a channel; null for a channel that works. `overtaken`: it changed since it was read, or the product
 * was deleted. The gate trigger reads broken channels from the stream.
 */
export const recordHealth = async (
  table: Table,
  ref: ChannelRef,
  change: { readonly before: ChannelHealth | null; readonly after: ChannelHealth | null },
): Promise<'written' | 'overtaken'> => {
  const product = ref.productId === null ? undefined : productExists(table, ref.productId);
  const outcome = await transact(table, { health: { Update: write(table, ref, change) }, product });
  return outcome.kind === 'written' ? 'written' : 'overtaken';
};

/** The health of the channels of a product, or of the settings (null). */
export const readHealth = async (table: Table, productId: string | null): Promise<Health> => {
  const get = { TableName: table.name, Key: healthKey(productId), ConsistentRead: true };
  const { Item: item } = await table.client.send(new GetCommand(get));
  return (await parseOne(table, item, parseHealth)) ?? HEALTHY;
};

const MAX_TRIES = 5;

/** Channels of a product, or of the settings (null), by the names that their deliveries carry. */
export type ChannelRefs = { readonly productId: string | null; readonly deliveryIds: readonly string[] };

const clearFailures = (table: Table, { productId, deliveryIds }: ChannelRefs) => {
  const names = Object.fromEntries(deliveryIds.map((deliveryId, position) => [`#${position}`, deliveryId]));
  return {
    TableName: table.name,
    Key: healthKey(productId),
    UpdateExpression: `REMOVE ${Object.keys(names).join(', ')}`,
    ExpressionAttributeNames: names,
  };
};

/**
 * The part of a transaction that clears the failures of channels that another part sets again; undefined for no channels.
 * It can create the item, so the transaction must require that the product exists.
 */
export const healing = (table: Table, channels: ChannelRefs): Operation | undefined =>
  channels.deliveryIds.length === 0 ? undefined : { Update: clearFailures(table, channels) };

/** Clears the failures of channels after a successful test message. Writes nothing if there are none. */
export const healChannels = async (table: Table, channels: ChannelRefs): Promise<void> => {
  if (channels.deliveryIds.length === 0) return;
  const update = clearFailures(table, channels);
  const isKnown = Object.keys(update.ExpressionAttributeNames).map((name) => `attribute_exists(${name})`);
  await updateIf(table, { ...update, ConditionExpression: isKnown.join(' OR ') }, MAX_TRIES);
};
