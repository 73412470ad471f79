import * as z from 'zod/mini';
import { productKey } from '../../keys.ts';
import { readItems } from '../../platform/dynamodb/read-items.ts';
import type { Table } from '../../platform/dynamodb/table.ts';

const newestGateChangeSchema = z.object({ gate_notification_id: z._default(z.nullable(z.string()), null) });

/** The id of the notification of a product's newest gate change, read consistently; null where there is none. */
export const readNewestGateChange = async (table: Table, productId: string): Promise<string | null> => {
  const key = productKey(productId);
  const found = (await readItems(table, [key], Object.keys(newestGateChangeSchema.shape)))(key);
  return found === undefined ? null : newestGateChangeSchema.parse(found).gate_notification_id;
};
