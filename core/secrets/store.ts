import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Key } from '../keys.ts';
import { readItems } from '../platform/dynamodb/read-items.ts';
import { type Item, isConditionFailure, type Table } from '../platform/dynamodb/table.ts';

const KEY: Key = { pk: 'KEY_RING', sk: 'KEY_RING' };

const wrappedKeySchema = z.object({
  id: z.string(),
  /** ISO 8601. */
  created: z.string(),
  /** The data key as only KMS can read it; base64. */
  wrapped: z.string(),
});

/** A data key that encrypts webhooks, itself encrypted by the stage's KMS key. */
export type WrappedKey = z.infer<typeof wrappedKeySchema>;

const keyRingSchema = z.object({ keys: z.array(wrappedKeySchema) });

/**
 * The data keys of the stage, oldest first: one a quarter, so the item stays small. None is ever removed, because a webhook
 * may still be encrypted with it.
 */
export const readKeyRing = async (table: Table): Promise<readonly WrappedKey[]> => {
  const item = (await readItems(table, [KEY]))(KEY);
  return item === undefined ? [] : keyRingSchema.parse(item).keys;
};

/** The item that stores the key ring. */
export const ringItem = (keys: readonly WrappedKey[]): Item => ({ ...KEY, keys });

/** Adds a key to the ring. `conflict`: the ring changed since it was read, and nothing is written. */
export const addToKeyRing = async (
  table: Table,
  { before, added }: { readonly before: readonly WrappedKey[]; readonly added: WrappedKey },
): Promise<'written' | 'conflict'> => {
  const isFirst = before.length === 0;
  const update = {
    TableName: table.name,
    Key: KEY,
    UpdateExpression: `SET #keys = ${isFirst ? ':added' : 'list_append(#keys, :added)'}`,
    ConditionExpression: isFirst ? 'attribute_not_exists(pk)' : 'size(#keys) = :before',
    ExpressionAttributeNames: { '#keys': 'keys' },
    ExpressionAttributeValues: { ':added': [added], ...(!isFirst && { ':before': before.length }) },
  };
  try {
    await table.client.send(new UpdateCommand(update));
    return 'written';
  } catch (error) {
    if (isConditionFailure(error)) return 'conflict';
    throw error;
  }
};
