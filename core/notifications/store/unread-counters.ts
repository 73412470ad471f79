import { unreadCountersKey } from '../../keys.ts';
import { parseOne } from '../../platform/dynamodb/parse-items.ts';
import { readItems } from '../../platform/dynamodb/read-items.ts';
import { type Item, type Operation, settingFields, type Table } from '../../platform/dynamodb/table.ts';
import { type UnreadCounters, unreadCountersSchema } from '../unread-counters.ts';

/** Parses the item of unread counters. */
export const parseUnreadCounters = (item: Item): UnreadCounters => unreadCountersSchema.parse(item);

const unreadCountersItemOf = async (table: Table, productId: string): Promise<Item | undefined> =>
  (await readItems(table, [unreadCountersKey(productId)]))(unreadCountersKey(productId));

/** The unread counters of a product; null before its first notification. Throws if the item can't be parsed. */
export const readUnreadCounters = async (table: Table, productId: string): Promise<UnreadCounters | null> => {
  const item = await unreadCountersItemOf(table, productId);
  return item === undefined ? null : parseUnreadCounters(item);
};

/** The unread counters of a product; null if there are none, or if the item can't be parsed, which is reported. */
export const readUnreadCountersIfReadable = async (table: Table, productId: string): Promise<UnreadCounters | null> =>
  await parseOne(table, await unreadCountersItemOf(table, productId), parseUnreadCounters);

export const unreadCountersItem = (productId: string, counters: UnreadCounters): Item => ({
  ...unreadCountersKey(productId),
  ...counters,
});

/** Writes counters, provided that they are as they were read (null: none yet). */
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
