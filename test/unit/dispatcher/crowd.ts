import type { DeliveryMessage } from '../../../core/deliveries/delivery-message.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { type Line, lineOf } from '../../../core/targets/send-slots.ts';
import { reserveSlots } from '../../../core/targets/store/send-slots.ts';
import type { PlainProduct } from '../../vault.ts';
import { deliveryOf, fannedOut, START } from './harness.ts';

/** Takes so many slots of the line that a message stands in, from the start on, as other messages would. */
export const crowdBefore = async (table: Table, message: DeliveryMessage, count: number): Promise<Line> => {
  const line = lineOf(await deliveryOf(table, message), { mailsPerSecond: 1_000 });
  if (line === null) throw new Error('There is no line to it');
  await reserveSlots(table, { line, count, now: new Date(START) });
  return line;
};

/** A notification with one delivery. */
export const oneMessage = async (table: Table, fields: PlainProduct = {}) => {
  const { messages, ...rest } = await fannedOut(table, fields);
  const [message] = messages;
  if (message === undefined) throw new Error('no message');
  return { message, ...rest };
};
