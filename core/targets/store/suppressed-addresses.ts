import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { addressKey } from '../../channels/email/addresses.ts';
import { SUPPRESSED, suppressedKey } from '../../keys.ts';
import type { Page, PageRequest } from '../../platform/dynamodb/page.ts';
import { type FindItem, itemsAt, readItems } from '../../platform/dynamodb/read-items.ts';
import { isConditionFailure, type Table } from '../../platform/dynamodb/table.ts';
import { type SuppressedAddress, type SuppressedAddresses, suppressedAddressSchema } from '../suppressed-address.ts';

/** The suppressed addresses among some whose items were read. */
export const findSuppressedIn = (find: FindItem, addresses: readonly string[]): SuppressedAddresses =>
  new Map(
    itemsAt(addresses.map(suppressedKey), find)
      .map((item) => suppressedAddressSchema.parse(item))
      .map((entry) => [addressKey(entry.address), entry]),
  );

/** Those of the addresses that are suppressed. */
export const readSuppressed = async (table: Table, addresses: readonly string[]): Promise<SuppressedAddresses> =>
  findSuppressedIn(await readItems(table, addresses.map(suppressedKey)), addresses);

/** Suppresses an address. One that is suppressed already keeps its first record. */
export const suppressAddress = async (table: Table, entry: SuppressedAddress): Promise<void> => {
  const put = {
    TableName: table.name,
    Item: { ...suppressedKey(entry.address), ...entry },
    ConditionExpression: 'attribute_not_exists(pk)',
  };
  try {
    await table.client.send(new PutCommand(put));
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
};

/** The record of one address, or null. */
export const findSuppressed = async (table: Table, address: string): Promise<SuppressedAddress | null> => {
  const get = { TableName: table.name, Key: suppressedKey(address), ConsistentRead: true };
  const { Item } = await table.client.send(new GetCommand(get));
  return Item === undefined ? null : suppressedAddressSchema.parse(Item);
};

export const deleteSuppressed = async (table: Table, address: string): Promise<void> => {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: suppressedKey(address) }));
};

/** The suppressed addresses in order of the addresses; `after` is one. */
export const listSuppressed = async (table: Table, { limit, after }: PageRequest): Promise<Page<SuppressedAddress>> => {
  const query = {
    TableName: table.name,
    KeyConditionExpression: 'pk = :suppressed',
    ExpressionAttributeValues: { ':suppressed': SUPPRESSED },
    ConsistentRead: true,
    Limit: limit,
    ...(after === null ? {} : { ExclusiveStartKey: suppressedKey(after) }),
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const entries = Items.map((item) => suppressedAddressSchema.parse(item));
  return { entries, next: LastEvaluatedKey === undefined ? null : (entries.at(-1)?.address ?? null) };
};
