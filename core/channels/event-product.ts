import * as z from 'zod/mini';
import type { Notification } from '../notifications/model.ts';

/** The product of an event; null where it has none. */
export const eventProductSchema = z.nullable(z.object({ id: z.string(), name: z.nullable(z.string()) }));

export const eventProductOf = ({
  product_id,
  product_name,
}: Pick<Notification, 'product_id' | 'product_name'>): z.infer<typeof eventProductSchema> =>
  product_id === null ? null : { id: product_id, name: product_name };
