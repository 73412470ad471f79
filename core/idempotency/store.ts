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
 * The reply that was kept under a caller's key, and to which request; null where there is none. One that has expired counts
 * as none: DynamoDB deletes late.
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
 * Keeps a reply for 24 hours, in the transaction of what the request writes. Its condition fails where another request has
 * used the key since `readKeyedReply` found nothing.
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
