import { setTimeout as delay } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Key } from '../../keys.ts';
import { boundedRequests } from '../bounded-requests.ts';
import { unavailable } from '../unavailable.ts';

/** A table, and the pause before the nth attempt after a conflict or throttling. */
export type Table = {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
  readonly pause: (attempt: number) => Promise<void>;
  /** Reports an item that can't be parsed and is skipped. */
  readonly reportUnreadable: (item: Key, error: unknown) => Promise<void>;
};

export type Item = Record<string, unknown>;

/** An item without what is null or false, which its schema gives back: names of attributes are stored and paid for as well. */
export const sparse = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null && value !== false));

export type Operation = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Attempts of a request that conflicts or is throttled. */
export const MAX_TRIES = 10;

/** Single writes at a time. More would wait for a connection for longer than a request may. */
export const WRITES_AT_ONCE = 25;

/** Most writes of one BatchWriteItem (API reference). */
const BATCH_WRITES = 25;

/**
 * Connects to a table with the function's own credentials. Requests have timeouts, so that a hanging one leaves the function
 * time to respond. The SDK retries them; a token in its transactions makes a retry harmless.
 */
export const connectTable = (name: string, requests = boundedRequests()): Table => ({
  client: DynamoDBDocumentClient.from(new DynamoDBClient(requests), {
    marshallOptions: { removeUndefinedValues: true },
  }),
  name,
  pause: (attempt) => delay(Math.random() * Math.min(1_000, 10 * 2 ** attempt)),
  // Functions that skip unreadable items set their own (`connectStore`). For others they are errors.
  reportUnreadable: async () => {},
});

/** Whether a single write failed by its condition. */
export const isConditionFailure = (error: unknown): boolean => error instanceof ConditionalCheckFailedException;

/** Whether a single write conflicted with a transaction on the same item. */
export const isTransactionConflict = (error: unknown): boolean => error instanceof TransactionConflictException;

/**
 * Updates an item if its condition holds, and retries conflicts with transactions. Returns the attributes that the request
 * asks for; null if the condition failed.
 */
export const updateIf = async (
  table: Table,
  update: UpdateCommandInput,
  maxTries = MAX_TRIES,
): Promise<Item | null> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await table.client.send(new UpdateCommand(update))).Attributes ?? {};
    } catch (error) {
      if (isConditionFailure(error)) return null;
      if (!isTransactionConflict(error) || attempt === maxTries) throw error;
      await table.pause(attempt);
    }
  }
};

/** The condition of an update. Its expression refers to written fields as `#field`. */
type Condition = { readonly expression: string; readonly values?: Item };

/**
 * An update that writes some fields of an item, or creates it. It leaves other attributes unchanged, as a newer version of
 * Gatebell may have written them.
 */
export const settingFields = (
  table: Table,
  key: Key,
  { fields, condition }: { readonly fields: Item; readonly condition: Condition },
) => {
  const names = Object.keys(fields);
  return {
    TableName: table.name,
    Key: key,
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(names.map((name) => [`:${name}`, fields[name]])),
      ...condition.values,
    },
  };
};

type BatchWriteRequests = NonNullable<ConstructorParameters<typeof BatchWriteCommand>[0]['RequestItems']>[string];

const writeChunk = async (table: Table, requests: BatchWriteRequests): Promise<void> => {
  let pending = requests;
  for (let attempt = 1; pending.length > 0; attempt += 1) {
    if (attempt > MAX_TRIES)
      throw unavailable(
        'table',
        `BatchWriteItem left ${pending.length} writes unprocessed after ${MAX_TRIES} attempts`,
      );
    if (attempt > 1) await table.pause(attempt);
    const answer = await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: pending } }));
    pending = answer.UnprocessedItems?.[table.name] ?? [];
  }
};

/** Writes without conditions, 25 in each request. */
const batchWrite = async (table: Table, requests: BatchWriteRequests): Promise<void> => {
  for (let start = 0; start < requests.length; start += BATCH_WRITES) {
    await writeChunk(table, requests.slice(start, start + BATCH_WRITES));
  }
};

/** Writes items with distinct keys without conditions. */
export const batchPut = (table: Table, items: readonly Item[]): Promise<void> =>
  batchWrite(
    table,
    items.map((item) => ({ PutRequest: { Item: item } })),
  );

/** Deletes items by distinct keys without conditions. */
export const batchDelete = (table: Table, keys: readonly Key[]): Promise<void> =>
  batchWrite(
    table,
    keys.map((key) => ({ DeleteRequest: { Key: key } })),
  );
