import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { addressKey } from '../../channels/email/addresses.ts';
import { FANNED_OUT, INDEX } from '../../contract.ts';
import { keptProductSchema } from '../../formats/store/format.ts';
import {
  DELIVERY_PREFIX,
  deliveryKey,
  healthKey,
  type Key,
  notificationKey,
  notificationPartition,
  productKey,
  SETTINGS_KEY,
  suppressedKey,
  sweepShard,
} from '../../keys.ts';
import { type Notification, notificationSchema } from '../../notifications/model.ts';
import { readEach } from '../../platform/dynamodb/readable.ts';
import { batchGet, type Item, type Operation, type Table, transact } from '../../platform/dynamodb/table.ts';
import type { Product } from '../../products/model.ts';
import type { Settings } from '../../settings/model.ts';
import { parseSettings } from '../../settings/store.ts';
import type { Health } from '../../targets/health.ts';
import type { LineUse } from '../../targets/send-slots.ts';
import { parseHealth } from '../../targets/store/health.ts';
import { useLine } from '../../targets/store/send-slots.ts';
import { parseSuppressed } from '../../targets/store/suppressed-addresses.ts';
import type { SuppressedAddresses } from '../../targets/suppressed-address.ts';
import { type Delivery, deliverySchema } from '../model.ts';

/** Names a delivery. */
export type DeliveryRef = { readonly notification_id: string; readonly delivery_id: string };

/** A delivery with the notification that it brings. */
export type Loaded = { readonly delivery: Delivery; readonly notification: Notification };

/** A claim or a settlement: the delivery as it was read or claimed, and as it is to be. */
export type DeliveryChange = { readonly before: Delivery; readonly after: Delivery };

const text = ({ pk, sk }: Key): string => `${pk} ${sk}`;

const byKey = (items: readonly Item[]): ReadonlyMap<string, Item> =>
  new Map(items.map((item) => [`${item['pk']} ${item['sk']}`, item]));

/** What rules where messages go. */
export type Sources = {
  readonly settings: Settings;
  /** Undefined for one that is gone. Throws for one that does not parse, and for no other. */
  readonly products: Pick<ReadonlyMap<string, Product>, 'get'>;
};

const productsIn = (items: ReadonlyMap<string, Item>): Sources['products'] => {
  const parsed = new Map<string, Product>();
  return {
    get: (id) => {
      const item = items.get(text(productKey(id)));
      const found = parsed.get(id) ?? (item === undefined ? undefined : keptProductSchema.parse(item));
      if (found !== undefined) parsed.set(id, found);
      return found;
    },
  };
};

const sourcesIn = (items: ReadonlyMap<string, Item>): Sources => ({
  settings: parseSettings(items.get(text(SETTINGS_KEY))),
  products: productsIn(items),
});

/** The settings and the named products, in one request. */
export const readSources = async (table: Table, productIds: readonly string[]): Promise<Sources> => {
  const distinct = [...new Set(productIds)];
  return sourcesIn(byKey(await batchGet(table, [SETTINGS_KEY, ...distinct.map(productKey)])));
};

/** What rules a sending: where messages go, and how the channels there are; null names those of the settings. */
export type RoutingContext = Sources & {
  readonly healthOf: (productId: string | null) => Health;
  readonly suppressed: SuppressedAddresses;
};

/**
 * The settings, the named products and the health of all their channels, and which of the addresses are suppressed, in one
 * request.
 */
export const readCircumstances = async (
  table: Table,
  productIds: readonly string[],
  addresses: readonly string[] = [],
): Promise<RoutingContext> => {
  const distinct = [...new Set(productIds)];
  const owners = [null, ...distinct];
  const mailed = new Map(addresses.map((address) => [addressKey(address), suppressedKey(address)]));
  const keys = [SETTINGS_KEY, ...distinct.map(productKey), ...owners.map(healthKey), ...mailed.values()];
  const items = byKey(await batchGet(table, keys));
  return {
    suppressed: parseSuppressed([...items.values()]),
    ...sourcesIn(items),
    healthOf: (productId) => parseHealth(items.get(text(healthKey(productId)))),
  };
};

/** The item of a delivery; an unsettled one is in the sweeper's index. */
const deliveryItem = ({ sweep_at, ...delivery }: Delivery): Item => ({
  ...deliveryKey(delivery.notification_id, delivery.delivery_id),
  ...delivery,
  ...(sweep_at !== null && { sweep_at, [INDEX.sweep.partitionKey]: sweepShard(delivery.notification_id) }),
});

/**
 * Writes the deliveries of a notification and marks it as fanned out, all or nothing; so it leaves the sweeper's index. `refused`:
 * it is gone, or it has been fanned out before.
 */
export const recordFanOut = async (
  table: Table,
  { notificationId, deliveries, now }: { notificationId: string; deliveries: readonly Delivery[]; now: Date },
): Promise<'written' | 'refused'> => {
  const mark: Operation = {
    Update: {
      TableName: table.name,
      Key: notificationKey(notificationId),
      UpdateExpression: `SET ${FANNED_OUT} = :now REMOVE ${INDEX.sweep.partitionKey}, ${INDEX.sweep.sortKey}, sweeps`,
      ConditionExpression: `attribute_exists(pk) AND attribute_not_exists(${FANNED_OUT})`,
      ExpressionAttributeValues: { ':now': now.toISOString() },
    },
  };
  const puts = deliveries.map((entry) => ({
    Put: {
      TableName: table.name,
      Item: deliveryItem(entry),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }));
  const outcome = await transact(table, [mark, ...puts]);
  return outcome.kind === 'done' ? 'written' : 'refused';
};

/** The deliveries of a notification, by their ids. There are never more than one request holds. */
export const listDeliveries = async (table: Table, notificationId: string): Promise<Delivery[]> => {
  const query = {
    TableName: table.name,
    KeyConditionExpression: 'pk = :notification AND begins_with(sk, :delivery)',
    ExpressionAttributeValues: { ':notification': notificationPartition(notificationId), ':delivery': DELIVERY_PREFIX },
    ConsistentRead: true,
  };
  const { Items = [] } = await table.client.send(new QueryCommand(query));
  return [...(await readEach(table, Items, (item) => deliverySchema.parse(item))).entities];
};

/**
 * Reads deliveries and their notifications in one request. What is handed back finds one of them: null where it or its
 * notification is gone; it throws what the schemas refuse, for that one alone.
 */
export const readDeliveries = async (
  table: Table,
  refs: readonly DeliveryRef[],
): Promise<(ref: DeliveryRef) => Loaded | null> => {
  const keys = refs.flatMap((ref) => [
    deliveryKey(ref.notification_id, ref.delivery_id),
    notificationKey(ref.notification_id),
  ]);
  const distinct = new Map(keys.map((key) => [text(key), key]));
  const items = byKey(await batchGet(table, [...distinct.values()]));
  return ({ notification_id, delivery_id }) => {
    const found = items.get(text(deliveryKey(notification_id, delivery_id)));
    const item = items.get(text(notificationKey(notification_id)));
    if (found === undefined || item === undefined) return null;
    return { delivery: deliverySchema.parse(found), notification: notificationSchema.parse(item) };
  };
};

/** What a claim or a settlement may change. */
const CHANGING = [
  'status',
  'target',
  'target_key',
  'attempts',
  'throttles',
  'last_error',
  'reason_code',
  'updated',
  'next_attempt_at',
  'has_slot',
  'claim',
  'lease_until',
  'settled_at',
  'has_letter',
  'sweeps',
] as const satisfies readonly (keyof Delivery)[];

/** A settled delivery leaves the sweeper's index. */
const sweepUpdate = ({ sweep_at, notification_id }: Delivery) =>
  sweep_at === null
    ? { clause: ` REMOVE ${INDEX.sweep.partitionKey}, ${INDEX.sweep.sortKey}`, values: {} }
    : {
        clause: `, ${INDEX.sweep.partitionKey} = :shard, ${INDEX.sweep.sortKey} = :sweep_at`,
        values: { ':shard': sweepShard(notification_id), ':sweep_at': sweep_at },
      };

/** A settlement's `before` says already where it was tried, which its claim did not write yet. */
const ALWAYS: ReadonlySet<string> = new Set(['target', 'target_key', 'updated']);

/** Writes what changes and no more: less to sign, to send and to parse, ten times a request. */
const change = (table: Table, { before, after }: DeliveryChange): Operation => {
  const changed = CHANGING.filter((name) => ALWAYS.has(name) || before[name] !== after[name]);
  const { clause, values } = sweepUpdate(after);
  return {
    Update: {
      TableName: table.name,
      Key: deliveryKey(before.notification_id, before.delivery_id),
      UpdateExpression: `SET ${changed.map((name) => `#${name} = :${name}`).join(', ')}${clause}`,
      // A claim is never given twice, so it stands for all that was read; a deleted item has none.
      ConditionExpression: '#claim = :seen AND #status = :was',
      ExpressionAttributeNames: Object.fromEntries(['claim', 'status', ...changed].map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(changed.map((name) => [`:${name}`, after[name]])),
        ':seen': before.claim,
        ':was': before.status,
        ...values,
      },
    },
  };
};

/** A change for which a slot of a line is used; null for none. */
export type DeliveryTurn = DeliveryChange & { readonly line: string | null };

/** Which changes were left out: their positions where somebody else was quicker, and the lines that did not allow theirs. */
type LeftOut = { readonly overtaken: ReadonlySet<number>; readonly refused: ReadonlySet<string> };

/**
 * Writes changes of distinct deliveries in one transaction with how they use their lines. What somebody else changed or
 * deleted meanwhile is left out, and what its line does not allow; the others are written.
 */
export const takeTurns = async (
  table: Table,
  {
    turns,
    uses,
    now,
  }: { readonly turns: readonly DeliveryTurn[]; readonly uses: readonly LineUse[]; readonly now: Date },
): Promise<LeftOut> => {
  const overtaken = new Set<number>();
  const refused = new Set<string>();
  for (;;) {
    const standing = [...turns.entries()].filter(
      ([position, { line }]) => !overtaken.has(position) && (line === null || !refused.has(line)),
    );
    if (standing.length === 0) return { overtaken, refused };
    const standingUses = uses.filter(({ line }) => standing.some(([, turn]) => turn.line === line.name));
    const guardAt = (position: number) => standingUses[position - standing.length];
    const operations = [
      ...standing.map(([, turn]) => change(table, turn)),
      ...standingUses.map((use) => useLine(table, use, now)),
    ];
    // Where many reach for a line at a time, its deliveries queue up, and the others do not wait for that.
    const outcome = await transact(table, operations, (position) => guardAt(position)?.kind === 'take');
    if (outcome.kind === 'done') return { overtaken, refused };
    for (const failed of outcome.failed) {
      const [position] = standing[failed] ?? [];
      const use = guardAt(failed);
      if (position !== undefined) overtaken.add(position);
      if (use !== undefined) refused.add(use.line.name);
    }
  }
};

/**
 * Writes settlements of distinct deliveries in one transaction. Returns the positions of those that somebody else changed
 * or deleted meanwhile: they are left out, and the others written.
 */
export const changeDeliveries = async (
  table: Table,
  changes: readonly DeliveryChange[],
): Promise<ReadonlySet<number>> => {
  const turns = changes.map((entry) => ({ ...entry, line: null }));
  // Without a use of a line the time matters to nothing.
  return (await takeTurns(table, { turns, uses: [], now: new Date(0) })).overtaken;
};
