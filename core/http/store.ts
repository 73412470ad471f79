import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Key } from '../keys.ts';
import { isConditionFailure, type Table } from '../platform/dynamodb/table.ts';

const KEY: Key = { pk: 'CURSOR_KEY', sk: 'CURSOR_KEY' };
const itemSchema = z.object({ secret: z.string() });

const find = async (table: Table): Promise<Uint8Array | null> => {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: KEY, ConsistentRead: true }));
  return Item === undefined ? null : Buffer.from(itemSchema.parse(Item).secret, 'base64');
};

/**
 * The key that encrypts cursors: 32 random bytes. The first use creates and stores it, so that all functions and instances
 * share it.
 */
export const readCursorKey = async (table: Table, randomBytes: (size: number) => Buffer): Promise<Uint8Array> => {
  const found = await find(table);
  if (found !== null) return found;
  try {
    const secret = randomBytes(32).toString('base64');
    const write = { TableName: table.name, Item: { ...KEY, secret }, ConditionExpression: 'attribute_not_exists(pk)' };
    await table.client.send(new PutCommand(write));
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
  const made = await find(table);
  if (made === null) throw new Error('The cursor key is missing after its creation');
  return made;
};
