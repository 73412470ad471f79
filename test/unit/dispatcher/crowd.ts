import type { DeliveryMessage } from '../../../core/deliveries/delivery-message.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { type RateLimit, rateLimitOf } from '../../../core/targets/send-slots.ts';
import { reserveSlots } from '../../../core/targets/store/send-slots.ts';
import type { PlainProduct } from '../../vault.ts';
import { deliveryOf, fannedOut, START } from './harness.ts';

/** Reserves slots of a message's rate limit from the start on, as other messages would. */
export const crowdBefore = async (table: Table, message: DeliveryMessage, count: number): Promise<RateLimit> => {
  const rateLimit = rateLimitOf(await deliveryOf(table, message), { mailsPerSecond: 1_000 });
  if (rateLimit === null) throw new Error('It has no rate limit');
  await reserveSlots(table, { rateLimit, count, now: new Date(START) });
  return rateLimit;
};

/** A notification with one delivery. */
export const oneMessage = async (table: Table, fields: PlainProduct = {}) => {
  const { messages, ...rest } = await fannedOut(table, fields);
  const [message] = messages;
  if (message === undefined) throw new Error('no message');
  return { message, ...rest };
};
