import * as z from 'zod/mini';
import { TABLE } from '../../contract.ts';
import { MAX_WAIT_SECONDS } from '../../deliveries/retry-schedule.ts';
import { lineKey } from '../../keys.ts';
import { CLOCK_TOLERANCE_MS } from '../../platform/clock-bound.ts';
import { type Operation, type Table, updateIf } from '../../platform/dynamodb/table.ts';
import type { Line, LineUse } from '../send-slots.ts';

const MAX_TRIES = 10;

/** DynamoDB may delete a line so long after it was free again; one that is not there is free. */
const KEPT_SECONDS = 3_600;

/** A line that was set later than now was set by a wrong clock: its times say nothing, and it is free. */
const FREE = 'attribute_not_exists(free_at) OR free_at <= :now OR set_at > :soon';

/** The latest that another right clock may say while this one says now. */
const soon = (now: Date): number => now.getTime() + CLOCK_TOLERANCE_MS;

/** An update of a line that is free now, by which so many slots of it are taken. */
const taking = (table: Table, { name, spacingMs }: Line, { count, now }: { count: number; now: Date }) => {
  const freeMs = now.getTime() + count * spacingMs;
  return {
    TableName: table.name,
    Key: lineKey(name),
    UpdateExpression: `SET free_at = :free, set_at = :now, ${TABLE.ttl} = :expires`,
    ConditionExpression: FREE,
    ExpressionAttributeValues: {
      ':free': freeMs,
      ':expires': Math.ceil(freeMs / 1_000) + KEPT_SECONDS,
      ':now': now.getTime(),
      ':soon': soon(now),
    },
  };
};

/** The part of a transaction that makes sure of a line: where it is refused, the deliveries must get slots first. */
export const useLine = (table: Table, use: LineUse, now: Date): Operation =>
  use.kind === 'take'
    ? { Update: taking(table, use.line, { count: use.count, now }) }
    : {
        ConditionCheck: {
          TableName: table.name,
          Key: lineKey(use.line.name),
          ConditionExpression: 'attribute_not_exists(closed_until) OR closed_until <= :now OR closed_until > :longest',
          // No target may close its line for longer.
          ExpressionAttributeValues: { ':now': now.getTime(), ':longest': soon(now) + MAX_WAIT_SECONDS * 1_000 },
        },
      };

const lineItemSchema = z.object({ free_at: z.number() });

/** An update of a line in which others stand: it goes behind them, whoever else does so at the time. */
const joining = (table: Table, { name, spacingMs }: Line, { count, now }: { count: number; now: Date }) => ({
  TableName: table.name,
  Key: lineKey(name),
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
 * Reserves slots one after another, behind those who stand in the line, none before now. Returns when the line is free
 * again, behind the last of them: milliseconds since the epoch. Slots that nobody uses are lost, and nothing else.
 */
export const reserveSlots = async (
  table: Table,
  { line, count, now }: { readonly line: Line; readonly count: number; readonly now: Date },
): Promise<number> => {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const joined = await updateIf(table, { ...joining(table, line, { count, now }), ReturnValues: 'ALL_NEW' });
    const reserved =
      joined ?? (await updateIf(table, { ...taking(table, line, { count, now }), ReturnValues: 'ALL_NEW' }));
    if (reserved !== null) return lineItemSchema.parse(reserved).free_at;
  }
  throw new Error(`No slot in a line after ${MAX_TRIES} tries`);
};

/**
 * Closes a line for a while, as its target asked for. Who holds a slot before the end needs another one; who is reserved
 * behind it keeps theirs.
 */
export const closeLine = async (
  table: Table,
  { line, until, now }: { readonly line: Line; readonly until: Date; readonly now: Date },
): Promise<void> => {
  const untilMs = until.getTime();
  const item = { TableName: table.name, Key: lineKey(line.name) };
  const emptied = await updateIf(table, {
    ...item,
    UpdateExpression: `SET closed_until = :until, free_at = :until, set_at = :now, ${TABLE.ttl} = :expires`,
    ConditionExpression: 'attribute_not_exists(free_at) OR free_at < :until OR set_at > :soon',
    ExpressionAttributeValues: {
      ':until': untilMs,
      ':expires': Math.ceil(untilMs / 1_000) + KEPT_SECONDS,
      ':now': now.getTime(),
      ':soon': soon(now),
    },
  });
  if (emptied !== null) return;
  await updateIf(table, {
    ...item,
    UpdateExpression: 'SET closed_until = :until',
    ConditionExpression: 'attribute_not_exists(closed_until) OR closed_until < :until',
    ExpressionAttributeValues: { ':until': untilMs },
  });
};
