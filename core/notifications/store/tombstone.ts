import { TABLE } from '../../contract.ts';
import { notificationKey } from '../../keys.ts';
import type { Item } from '../../platform/dynamodb/table.ts';

/** Longer than any stream record is retried, as a retry must not create a deleted notification again. */
const TOMBSTONE_SECONDS = 7 * 86_400;

/** What takes the place of a deleted notification until it expires. Its stream record starts the clean-up. */
export const tombstoneItem = (notificationId: string, now: Date): Item => ({
  ...notificationKey(notificationId),
  [TABLE.ttl]: Math.ceil(now.getTime() / 1_000) + TOMBSTONE_SECONDS,
});

/** The condition that a notification exists, and no tombstone in its place. */
export const NOTIFICATION_EXISTS = 'attribute_exists(id)';

/** Whether the item of a notification is a tombstone: notifications themselves don't expire. */
export const isTombstone = (item: Item): boolean => TABLE.ttl in item;
