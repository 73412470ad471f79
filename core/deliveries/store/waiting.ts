import { QueryCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { INDEX } from '../../contract.ts';
import { deliveryKey, notificationKey, parseDeliveryKey, parseNotificationKey } from '../../keys.ts';
import { parseEach } from '../../platform/dynamodb/parse-items.ts';
import { itemsAt, readItems } from '../../platform/dynamodb/read-items.ts';
import { isConditionFailure, type Table } from '../../platform/dynamodb/table.ts';
import type { TargetName } from '../../targets/target-record.ts';
import { type Delivery, type DeliveryRef, deliveryName, isSettled } from '../model.ts';
import { parseDelivery } from './delivery-item.ts';

const { waiting: WAITING } = INDEX;

const keySchema = z.object({ pk: z.string(), sk: z.string() });

const entrySchema = z.extend(keySchema, {
  waiting_for: z.string(),
  due_at: z.string(),
  sweeps: z._default(z.int(), 0),
});

/** What waits: a delivery, or a notification without deliveries (`delivery_id` null). */
export type WaitingEntry = {
  readonly notification_id: string;
  readonly delivery_id: string | null;
  readonly waiting_for: string;
  readonly due_at: string;
  /** How often the sweeper tried to fan a notification out. */
  readonly sweeps: number;
};

export type WaitingRefs = { readonly refs: readonly DeliveryRef[]; readonly end: Record<string, unknown> | undefined };

type WaitingRequest = {
  readonly target: TargetName;
  /** Only what is due by then, ISO 8601; null: all that waits. */
  readonly upTo: string | null;
  readonly limit: number;
  readonly start: WaitingRefs['end'];
  /** Default: those due first at first. */
  readonly isNewestFirst?: boolean;
};

/** Names a page of the deliveries that wait for a target, in the order of their times. */
export const listWaiting = async (
  table: Table,
  { target, upTo, limit, start, isNewestFirst = false }: WaitingRequest,
): Promise<WaitingRefs> => {
  const until = upTo === null ? '' : ` AND ${WAITING.sortKey} <= :time`;
  const query = {
    TableName: table.name,
    IndexName: WAITING.name,
    KeyConditionExpression: `${WAITING.partitionKey} = :target${until}`,
    ExpressionAttributeValues: { ':target': target, ...(upTo !== null && { ':time': upTo }) },
    Limit: limit,
    ExclusiveStartKey: start,
    ScanIndexForward: !isNewestFirst,
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const refs = Items.flatMap((item) => parseDeliveryKey(keySchema.parse(item)) ?? []);
  return { refs, end: LastEvaluatedKey };
};

/** Up to when they are due, ISO 8601, how many at most, and whether those due last come first. */
export type DueRequest = {
  readonly target: TargetName;
  readonly upTo: string;
  readonly limit: number;
  readonly isNewestFirst: boolean;
};

/**
 * Names the deliveries that wait for a target and are due. The index lags behind the table: an entry may be settled by now, and
 * a delivery of this second may be missing.
 */
export const listDue = async (table: Table, request: DueRequest): Promise<DeliveryRef[]> => {
  const { limit } = request;
  const found: DeliveryRef[] = [];
  let start: WaitingRefs['end'];
  do {
    const { refs, end } = await listWaiting(table, { ...request, limit: limit - found.length, start });
    found.push(...refs);
    start = end;
  } while (start !== undefined && found.length < limit);
  return found;
};

/** Reads deliveries consistently. Leaves out those that were deleted or settled; reports those that can't be parsed. */
export const readWaiting = async (table: Table, refs: readonly DeliveryRef[]): Promise<Delivery[]> => {
  const distinct = [...new Map(refs.map((ref) => [deliveryName(ref), ref])).values()];
  const keys = distinct.map(({ notification_id, delivery_id }) => deliveryKey(notification_id, delivery_id));
  const find = await readItems(table, keys);
  const { entities } = await parseEach(table, itemsAt(keys, find), parseDelivery);
  return entities.filter((delivery) => !isSettled(delivery));
};

/** How many deliveries wait for a target, up to `limit`, and when the first of them is due; null where none wait. */
export const countWaiting = async (
  table: Table,
  target: TargetName,
  limit: number,
): Promise<{ readonly count: number; readonly first_due_at: string | null }> => {
  const query = {
    TableName: table.name,
    IndexName: WAITING.name,
    KeyConditionExpression: `${WAITING.partitionKey} = :target`,
    ExpressionAttributeValues: { ':target': target },
    Limit: limit,
  };
  const { Items = [] } = await table.client.send(new QueryCommand(query));
  const [first] = Items.map((item) => entrySchema.parse(item));
  return { count: Items.length, first_due_at: first?.due_at ?? null };
};

/** A page of all that waits, in no order. `end`: where the next one begins; undefined on the last. */
export type WaitingPage = {
  readonly entries: readonly WaitingEntry[];
  readonly end: Record<string, unknown> | undefined;
};

/** Reads a page of all that waits. The index holds the keys alone, so a megabyte is some 5,000 entries. */
export const scanWaiting = async (table: Table, start: WaitingPage['end']): Promise<WaitingPage> => {
  const scan = { TableName: table.name, IndexName: WAITING.name, ExclusiveStartKey: start };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new ScanCommand(scan));
  const entries = Items.map((item) => entrySchema.parse(item)).flatMap(({ pk, sk, ...entry }) => {
    const named = parseDeliveryKey({ pk, sk }) ?? parseNotificationKey({ pk, sk });
    return named === null ? [] : [{ ...named, ...entry }];
  });
  return { entries, end: LastEvaluatedKey };
};

/** Sets when a stalled notification is fanned out again. `overtaken`: it was fanned out or deleted in the meantime. */
export const postponeFanOut = async (
  table: Table,
  { notification_id, due_at }: WaitingEntry,
  next: string,
): Promise<'recorded' | 'overtaken'> => {
  const update = {
    TableName: table.name,
    Key: notificationKey(notification_id),
    UpdateExpression: `SET ${WAITING.sortKey} = :next ADD sweeps :one`,
    ConditionExpression: `${WAITING.sortKey} = :seen`,
    ExpressionAttributeValues: { ':next': next, ':seen': due_at, ':one': 1 },
  };
  try {
    await table.client.send(new UpdateCommand(update));
    return 'recorded';
  } catch (error) {
    if (isConditionFailure(error)) return 'overtaken';
    throw error;
  }
};
