import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { viewedUpToKey } from '../../keys.ts';
import { parseOne } from '../../platform/dynamodb/parse-items.ts';
import type { FindItem } from '../../platform/dynamodb/read-items.ts';
import { type Item, settingFields, type Table, updateIf } from '../../platform/dynamodb/table.ts';
import { unavailable } from '../../platform/unavailable.ts';
import { type AllMark, VIEWED_NOTHING, type ViewedUpTo, viewedUpToSchema, withAllMarked } from '../viewed-up-to.ts';

const parse = (item: Item): ViewedUpTo => viewedUpToSchema.parse(item);

/** What a user marked with "all", among items that were read. An item that can't be parsed is reported, and counts as none. */
export const viewedUpToIn = async (table: Table, find: FindItem, user: string): Promise<ViewedUpTo> =>
  (await parseOne(table, find(viewedUpToKey(user)), parse)) ?? VIEWED_NOTHING;

const readItem = async (table: Table, user: string): Promise<Item | undefined> =>
  (await table.client.send(new GetCommand({ TableName: table.name, Key: viewedUpToKey(user), ConsistentRead: true })))
    .Item;

/** What a user marked with "all", read consistently. */
export const readViewedUpTo = async (table: Table, user: string): Promise<ViewedUpTo> =>
  (await parseOne(table, await readItem(table, user), parse)) ?? VIEWED_NOTHING;

const MAX_TRIES = 12;

/**
 * Marks all notifications of a scope as viewed by a user, with one read and one write. `too-many-products`: nothing is written.
 */
export const markAllViewed = async (
  table: Table,
  user: string,
  mark: AllMark,
): Promise<'marked' | 'too-many-products'> => {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const item = await readItem(table, user);
    const before = item === undefined ? null : parse(item);
    const after = withAllMarked(before ?? VIEWED_NOTHING, mark);
    if (after === 'too-many-products') return after;
    const condition =
      before === null
        ? { expression: 'attribute_not_exists(pk)' }
        : { expression: '#revision = :before', values: { ':before': before.revision } };
    const update = settingFields(table, viewedUpToKey(user), { fields: after, condition });
    if ((await updateIf(table, update)) !== null) return 'marked';
    await table.pause(attempt);
  }
  throw unavailable('table', `What a user has viewed changed in each of ${MAX_TRIES} attempts`);
};
