import * as z from 'zod/mini';
import { TABLE } from '../contract.ts';
import { idempotencyKey } from '../keys.ts';
import { readItems } from '../platform/dynamodb/read-items.ts';
import type { Operation, Table } from '../platform/dynamodb/table.ts';
import { type KeyedReply, type KeyedRequest, type StoredReply, storedReplySchema } from './model.ts';

const RETENTION_SECONDS = 86_400;

const recordSchema = z.object({
  request: z.string(),
  /** JSON text. */
  reply: z.string(),
  /** Seconds since the epoch. */
  [TABLE.ttl]: z.int(),
});

const epochSeconds = (now: Date): number => Math.floor(now.getTime() / 1_000);

/**
 * Reads the reply that was stored under a caller's key, and the hash of its request; null if there is none. An expired reply
 * is ignored, as DynamoDB deletes items late.
 */
export const readKeyedReply = async (
  table: Table,
  { user, key, now }: Pick<KeyedRequest, 'user' | 'key'> & { readonly now: Date },
): Promise<{ readonly request: string; readonly reply: StoredReply } | null> => {
  const item = (await readItems(table, [idempotencyKey(user, key)]))(idempotencyKey(user, key));
  if (item === undefined) return null;
  const { request, reply, [TABLE.ttl]: expiresAt } = recordSchema.parse(item);
  return expiresAt <= epochSeconds(now) ? null : { request, reply: storedReplySchema.parse(JSON.parse(reply)) };
};

/**
 * The operation that stores a reply for 24 hours, for the transaction of the request's writes. Its condition fails if another
 * request has used the key since `readKeyedReply` found none.
 */
export const storeReply = (table: Table, { user, key, request, reply }: KeyedReply, now: Date): Operation => ({
  Put: {
    TableName: table.name,
    Item: {
      ...idempotencyKey(user, key),
      request,
      reply: JSON.stringify(reply),
      [TABLE.ttl]: epochSeconds(now) + RETENTION_SECONDS,
    },
    ConditionExpression: 'attribute_not_exists(pk) OR #expires <= :now',
    ExpressionAttributeNames: { '#expires': TABLE.ttl },
    ExpressionAttributeValues: { ':now': epochSeconds(now) },
  },
});
