import * as z from 'zod/mini';
import { productKey } from '../../keys.ts';
import { batchGet, type Table } from '../../platform/dynamodb/table.ts';

const newestGateChangeSchema = z.object({ gate_notification_id: z._default(z.nullable(z.string()), null) });

/** The id of the notification of a product's newest gate change, read consistently; null where there is none. */
export const readNewestGateChange = async (table: Table, productId: string): Promise<string | null> => {
  const [found] = await batchGet(table, [productKey(productId)], Object.keys(newestGateChangeSchema.shape));
  return found === undefined ? null : newestGateChangeSchema.parse(found).gate_notification_id;
};
