import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { TABLE } from '../../contract.ts';
import { sentTogetherKey } from '../../keys.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import { messageTag } from '../mail-feedback.ts';
import type { DeliveryRef } from '../model.ts';

/** Mail servers bounce for some days. */
const EXPIRES_AFTER_MS = 14 * 86_400_000;

const itemSchema = z.object({
  deliveries: z.array(z.object({ notification_id: z.string(), delivery_id: z.string() })),
});

/** Records which deliveries an email of several reports, before they say so. */
export const recordSentTogether = async (
  table: Table,
  { messageId, deliveries, now }: { messageId: string; deliveries: readonly DeliveryRef[]; now: Date },
): Promise<void> => {
  const Item = {
    ...sentTogetherKey(messageTag(messageId)),
    deliveries: deliveries.map(({ notification_id, delivery_id }) => ({ notification_id, delivery_id })),
    [TABLE.ttl]: Math.ceil((now.getTime() + EXPIRES_AFTER_MS) / 1_000),
  };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
};

/** The deliveries of an email of several, by its tag; none for an email of one. */
export const readSentTogether = async (table: Table, tag: string): Promise<DeliveryRef[]> => {
  const get = { TableName: table.name, Key: sentTogetherKey(tag), ConsistentRead: true };
  const { Item } = await table.client.send(new GetCommand(get));
  return Item === undefined ? [] : itemSchema.parse(Item).deliveries;
};
