import { unreadCountersKey } from '../../keys.ts';
import { readItems } from '../../platform/dynamodb/read-items.ts';
import { readOne } from '../../platform/dynamodb/readable.ts';
import { type Item, type Operation, settingFields, type Table } from '../../platform/dynamodb/table.ts';
import { type UnreadCounters, unreadCountersSchema } from '../unread-counters.ts';

/** The counters in an item. */
export const parseUnreadCounters = (item: Item): UnreadCounters => unreadCountersSchema.parse(item);

const unreadCountersItemOf = async (table: Table, productId: string): Promise<Item | undefined> =>
  (await readItems(table, [unreadCountersKey(productId)]))(unreadCountersKey(productId));

/** The unread counters of a product, or null where nothing was ever told of it. Throws where it does not parse. */
export const readUnreadCounters = async (table: Table, productId: string): Promise<UnreadCounters | null> => {
  const item = await unreadCountersItemOf(table, productId);
  return item === undefined ? null : parseUnreadCounters(item);
};

/** The same; null, too, where it does not parse, which is noted. */
export const readUnreadCountersIfReadable = async (table: Table, productId: string): Promise<UnreadCounters | null> =>
  await readOne(table, await unreadCountersItemOf(table, productId), parseUnreadCounters);

export const unreadCountersItem = (productId: string, counters: UnreadCounters): Item => ({
  ...unreadCountersKey(productId),
  ...counters,
});

/** Writes counters on top of the one that was read, null for none; refused where another was written meanwhile. */
export const unreadCountersWrite = (
  table: Table,
  productId: string,
  { before, after }: { readonly before: UnreadCounters | null; readonly after: UnreadCounters },
): Operation => ({
  Update: settingFields(table, unreadCountersKey(productId), {
    fields: after,
    condition:
      before === null
        ? { expression: 'attribute_not_exists(pk)' }
        : { expression: '#revision = :before', values: { ':before': before.revision } },
  }),
});
