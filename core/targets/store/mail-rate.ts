import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { TABLE } from '../../contract.ts';
import { MAIL_RATE_KEY } from '../../keys.ts';
import { CLOCK_TOLERANCE_MS } from '../../platform/clock-bound.ts';
import { type Table, updateIf } from '../../platform/dynamodb/table.ts';
import { MAX_WAIT_SECONDS } from '../back-off.ts';
import { AHEAD_AGAIN_MS, type MailRate, MOST_AHEAD_MS, spacingMsOf } from '../mail-rate.ts';

/** The item expires this long after its last turn. Without it, the next turn is now. */
const EXPIRES_AFTER_SECONDS = 3_600;

const itemSchema = z.object({ free_at: z.number() });

type Reservation = {
  readonly rate: MailRate;
  /** Whose email it is. */
  readonly owner: string;
  readonly now: Date;
};

/** The record outlives a product, so it doesn't hold its id. */
const ownerMark = (owner: string): string => createHash('sha256').update(owner).digest('base64url').slice(0, 12);

const expiresAt = (ms: number): number => Math.ceil(ms / 1_000) + EXPIRES_AFTER_SECONDS;

const SET = `SET free_at = :free, last_owner = :owner, set_at = :now, ${TABLE.ttl} = :expires`;

/** A pause that only a wrong clock can have set is ignored. */
const NOT_PAUSED = '(attribute_not_exists(paused_until) OR paused_until <= :now OR paused_until > :longest)';

const longestPause = (ms: number): number => ms + CLOCK_TOLERANCE_MS + MAX_WAIT_SECONDS * 1_000;

/** No turn is reserved. An item from the future was written with a wrong clock and is ignored. */
const takeNow = (table: Table, { rate, owner, now }: Reservation) => {
  const freeMs = now.getTime() + spacingMsOf(rate);
  return {
    TableName: table.name,
    Key: MAIL_RATE_KEY,
    UpdateExpression: SET,
    ConditionExpression: `(attribute_not_exists(free_at) OR free_at <= :now OR set_at > :soon) AND ${NOT_PAUSED}`,
    ExpressionAttributeValues: {
      ':free': freeMs,
      ':owner': ownerMark(owner),
      ':now': now.getTime(),
      ':expires': expiresAt(freeMs),
      ':soon': now.getTime() + CLOCK_TOLERANCE_MS,
      ':longest': longestPause(now.getTime()),
    },
    ReturnValues: 'ALL_NEW' as const,
  };
};

/** Reserves the turn after those of others, if it isn't too far ahead. */
const takeNext = (table: Table, { rate, owner, now }: Reservation) => ({
  TableName: table.name,
  Key: MAIL_RATE_KEY,
  UpdateExpression: `SET free_at = free_at + :spacing, last_owner = :owner, set_at = :now, ${TABLE.ttl} = :expires`,
  ConditionExpression: `free_at > :now AND set_at <= :soon AND (free_at <= :again OR (free_at <= :most AND last_owner <> :owner)) AND ${NOT_PAUSED}`,
  ExpressionAttributeValues: {
    ':spacing': spacingMsOf(rate),
    ':owner': ownerMark(owner),
    ':now': now.getTime(),
    ':soon': now.getTime() + CLOCK_TOLERANCE_MS,
    ':again': now.getTime() + AHEAD_AGAIN_MS,
    ':most': now.getTime() + MOST_AHEAD_MS,
    ':expires': expiresAt(now.getTime() + MOST_AHEAD_MS),
    ':longest': longestPause(now.getTime()),
  },
  ReturnValues: 'ALL_NEW' as const,
});

/**
 * Reserves a turn for one email within the account's send rate, at most two seconds ahead. Returns its time; null if no turn
 * is free, or SES throttles. An owner that had the last turn reserves at most one second ahead, so that one owner's flood
 * delays the email of another by two seconds at most.
 */
export const reserveMail = async (table: Table, reservation: Reservation): Promise<Date | null> => {
  const { rate, now } = reservation;
  const next = () => updateIf(table, takeNext(table, reservation));
  // Of several that find no turns reserved one takes the present one. The others are next.
  const taken = (await next()) ?? (await updateIf(table, takeNow(table, reservation))) ?? (await next());
  if (taken === null) return null;
  return new Date(Math.max(now.getTime(), itemSchema.parse(taken).free_at - spacingMsOf(rate)));
};

/** Pauses all email: SES throttled one. */
export const pauseMail = async (table: Table, until: Date): Promise<void> => {
  const untilMs = until.getTime();
  await updateIf(table, {
    TableName: table.name,
    Key: MAIL_RATE_KEY,
    UpdateExpression: `SET paused_until = :until, ${TABLE.ttl} = :expires`,
    ConditionExpression: 'attribute_not_exists(paused_until) OR paused_until < :until OR paused_until > :longest',
    ExpressionAttributeValues: {
      ':until': untilMs,
      ':expires': expiresAt(untilMs),
      ':longest': longestPause(untilMs),
    },
  });
};
