import * as z from 'zod/mini';
import { TABLE } from '../../contract.ts';
import { MAX_WAIT_SECONDS } from '../../deliveries/retry-schedule.ts';
import { sendSlotsKey } from '../../keys.ts';
import { CLOCK_TOLERANCE_MS } from '../../platform/clock-bound.ts';
import { type Operation, type Table, updateIf } from '../../platform/dynamodb/table.ts';
import type { RateLimit, SlotUse } from '../send-slots.ts';

const MAX_TRIES = 10;

/** The item expires this long after its last slot. Without an item, all slots are free. */
const EXPIRES_AFTER_SECONDS = 3_600;

/** No slot is reserved. An item from the future was written with a wrong clock and is ignored. */
const FREE = 'attribute_not_exists(free_at) OR free_at <= :now OR set_at > :soon';

/** The latest time of another correct clock. */
const soon = (now: Date): number => now.getTime() + CLOCK_TOLERANCE_MS;

/** Takes slots from now on, if no other is reserved. */
const takeFromNow = (table: Table, { name, spacingMs }: RateLimit, { count, now }: { count: number; now: Date }) => {
  const freeMs = now.getTime() + count * spacingMs;
  return {
    TableName: table.name,
    Key: sendSlotsKey(name),
    UpdateExpression: `SET free_at = :free, set_at = :now, ${TABLE.ttl} = :expires`,
    ConditionExpression: FREE,
    ExpressionAttributeValues: {
      ':free': freeMs,
      ':expires': Math.ceil(freeMs / 1_000) + EXPIRES_AFTER_SECONDS,
      ':now': now.getTime(),
      ':soon': soon(now),
    },
  };
};

/** The part of a transaction that uses send slots. If it is refused, the deliveries must reserve slots first. */
export const useSlots = (table: Table, use: SlotUse, now: Date): Operation =>
  use.kind === 'from-now'
    ? { Update: takeFromNow(table, use.rateLimit, { count: use.count, now }) }
    : {
        ConditionCheck: {
          TableName: table.name,
          Key: sendSlotsKey(use.rateLimit.name),
          ConditionExpression: 'attribute_not_exists(paused_until) OR paused_until <= :now OR paused_until > :longest',
          // No target can be paused for longer.
          ExpressionAttributeValues: { ':now': now.getTime(), ':longest': soon(now) + MAX_WAIT_SECONDS * 1_000 },
        },
      };

const sendSlotsItemSchema = z.object({ free_at: z.number() });

/** Reserves slots after those of others, atomically. */
const takeAfterOthers = (
  table: Table,
  { name, spacingMs }: RateLimit,
  { count, now }: { count: number; now: Date },
) => ({
  TableName: table.name,
  Key: sendSlotsKey(name),
  UpdateExpression: `SET free_at = free_at + :span, set_at = :now, ${TABLE.ttl} = ${TABLE.ttl} + :seconds`,
  ConditionExpression: 'free_at > :now AND set_at <= :soon',
  ExpressionAttributeValues: {
    ':span': count * spacingMs,
    ':seconds': Math.ceil((count * spacingMs) / 1_000),
    ':now': now.getTime(),
    ':soon': soon(now),
  },
});

/**
 * Reserves consecutive slots after all reserved ones, from now at the earliest. Returns the end of the last one, in
 * milliseconds since the epoch. A slot that is never used is lost, which does no harm.
 */
export const reserveSlots = async (
  table: Table,
  { rateLimit, count, now }: { readonly rateLimit: RateLimit; readonly count: number; readonly now: Date },
): Promise<number> => {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const afterOthers = await updateIf(table, {
      ...takeAfterOthers(table, rateLimit, { count, now }),
      ReturnValues: 'ALL_NEW',
    });
    const reserved =
      afterOthers ??
      (await updateIf(table, { ...takeFromNow(table, rateLimit, { count, now }), ReturnValues: 'ALL_NEW' }));
    if (reserved !== null) return sendSlotsItemSchema.parse(reserved).free_at;
  }
  throw new Error(`No send slot after ${MAX_TRIES} tries`);
};

/**
 * Pauses a target until a time. Deliveries with a slot before that time need another one; later slots remain reserved.
 */
export const pauseSending = async (
  table: Table,
  { rateLimit, until, now }: { readonly rateLimit: RateLimit; readonly until: Date; readonly now: Date },
): Promise<void> => {
  const untilMs = until.getTime();
  const item = { TableName: table.name, Key: sendSlotsKey(rateLimit.name) };
  const cleared = await updateIf(table, {
    ...item,
    UpdateExpression: `SET paused_until = :until, free_at = :until, set_at = :now, ${TABLE.ttl} = :expires`,
    ConditionExpression: 'attribute_not_exists(free_at) OR free_at < :until OR set_at > :soon',
    ExpressionAttributeValues: {
      ':until': untilMs,
      ':expires': Math.ceil(untilMs / 1_000) + EXPIRES_AFTER_SECONDS,
      ':now': now.getTime(),
      ':soon': soon(now),
    },
  });
  if (cleared !== null) return;
  await updateIf(table, {
    ...item,
    UpdateExpression: 'SET paused_until = :until',
    ConditionExpression: 'attribute_not_exists(paused_until) OR paused_until < :until',
    ExpressionAttributeValues: { ':until': untilMs },
  });
};
