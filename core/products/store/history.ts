import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { TABLE } from '../../contract.ts';
import { historyPosition, historySortKey, productPartition } from '../../keys.ts';
import type { PageWithUnreadable } from '../../platform/dynamodb/page.ts';
import { parseEach } from '../../platform/dynamodb/parse-items.ts';
import type { Item, Table } from '../../platform/dynamodb/table.ts';
import { transact } from '../../platform/dynamodb/transact.ts';
import { expiryOf, type Positioned, positionOf, type StoredEntry, storedEntrySchema } from '../history.ts';
import { productExists } from './product-exists.ts';

/** An entry of a product's history, to be written. */
export type NewEntry = { readonly productId: string; readonly entry: StoredEntry };

const putOf = (table: Table, { productId, entry }: NewEntry) => {
  const item: Item = {
    pk: productPartition(productId),
    sk: historySortKey(positionOf(entry)),
    ...entry,
    [TABLE.ttl]: expiryOf(entry.created),
  };
  return { TableName: table.name, Item: item };
};

/** Writes an entry. Safe to repeat: the same entry is written over itself. */
export const recordHistory = async (table: Table, entry: NewEntry): Promise<void> => {
  await table.client.send(new PutCommand(putOf(table, entry)));
};

/**
 * The same for a record that is read late, perhaps after the deletion of its product and the clean-up: writes nothing then. Costs
 * four times as much.
 */
export const recordLateHistory = async (table: Table, entry: NewEntry): Promise<void> => {
  await transact(table, {
    entry: { Put: putOf(table, entry) },
    product: productExists(table, entry.productId),
  });
};

/** The newest `limit` entries between two times (ISO 8601, `to` excluded), after a position; null begins with the newest. */
export type HistoryRange = {
  readonly from: string;
  readonly to: string;
  readonly after: string | null;
  readonly limit: number;
};

/** Reads a product's history, newest first. */
export const readHistory = async (
  table: Table,
  { productId, from, to, after, limit }: HistoryRange & { readonly productId: string },
): Promise<PageWithUnreadable<Positioned>> => {
  const pk = productPartition(productId);
  const query = new QueryCommand({
    TableName: table.name,
    KeyConditionExpression: 'pk = :product AND sk BETWEEN :from AND :to',
    // An entry at `to` sorts after it, by its version.
    ExpressionAttributeValues: { ':product': pk, ':from': historySortKey(from), ':to': historySortKey(to) },
    ScanIndexForward: false,
    Limit: limit,
    ...(after !== null && { ExclusiveStartKey: { pk, sk: historySortKey(after) } }),
  });
  const { Items = [], LastEvaluatedKey } = await table.client.send(query);
  const { entities, unreadable } = await parseEach(table, Items, (item) => {
    const entry = storedEntrySchema.parse(item);
    return { position: positionOf(entry), entry };
  });
  return {
    entries: entities,
    unreadable: unreadable.map(({ sk }) => historyPosition(sk)),
    next: LastEvaluatedKey === undefined ? null : historyPosition(String(LastEvaluatedKey['sk'])),
  };
};
