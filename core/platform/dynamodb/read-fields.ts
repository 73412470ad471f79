import type * as z from 'zod/mini';
import type { Key } from '../../keys.ts';
import { parseEach, type Readable } from './parse-items.ts';
import { itemsAt, readItems } from './read-items.ts';
import type { Table } from './table.ts';

/** Reads the fields of a schema from the items that exist, consistently, 100 in each request. Those that can't be parsed are reported. */
export const readFields = async <Schema extends z.ZodMiniObject>(
  table: Table,
  keys: readonly Key[],
  schema: Schema,
): Promise<Readable<z.output<Schema>>> => {
  const find = await readItems(table, keys, Object.keys(schema.shape));
  return parseEach(table, itemsAt(keys, find), (item) => schema.parse(item));
};
