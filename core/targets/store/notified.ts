import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { TABLE } from '../../contract.ts';
import { type Key, notifiedKey } from '../../keys.ts';
import { inChunks } from '../../platform/chunks.ts';
import type { FindItem } from '../../platform/dynamodb/read-items.ts';
import { isConditionFailure, type Table, WRITES_AT_ONCE } from '../../platform/dynamodb/table.ts';
import { type FindNotified, type NotifiedState, notifiedStateSchema, type RouteSubject } from '../notified-state.ts';

/** Longer than notifications are kept by default. */
const EXPIRES_AFTER_MS = 400 * 86_400_000;

/** The keys of last notified states, to read them with other items. */
export const notifiedKeys = (of: readonly RouteSubject[]): Key[] => of.map(notifiedKey);

/** The last notified states among items that were read. */
export const findNotifiedIn =
  (find: FindItem): FindNotified =>
  (of) => {
    const item = find(notifiedKey(of));
    return item === undefined ? null : notifiedStateSchema.parse(item);
  };

/** Records what a message reported, before its deliveries say so: from then on nothing older is sent. */
export const recordNotified = async (
  table: Table,
  changes: readonly { readonly of: RouteSubject; readonly notified: NotifiedState }[],
): Promise<void> => {
  const write = async ({ of, notified }: (typeof changes)[number]) => {
    const expires = Math.ceil((Date.parse(notified.at) + EXPIRES_AFTER_MS) / 1_000);
    const Item = { ...notifiedKey(of), ...notified, subject: of.subject, [TABLE.ttl]: expires };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  };
  for (const chunk of inChunks(changes, WRITES_AT_ONCE)) await Promise.all(chunk.map(write));
};

/** Forgets what a message reported, which didn't arrive: the recipient may be notified of that state again. */
export const forgetNotified = async (table: Table, of: RouteSubject, messageId: string): Promise<void> => {
  const deletion = {
    TableName: table.name,
    Key: notifiedKey(of),
    ConditionExpression: 'message_id = :message',
    ExpressionAttributeValues: { ':message': messageId },
  };
  try {
    await table.client.send(new DeleteCommand(deletion));
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
};
