import { digestKey } from '../../keys.ts';
import { readOne } from '../../platform/dynamodb/readable.ts';
import { batchGet, type Item, type Operation, settingFields, type Table } from '../../platform/dynamodb/table.ts';
import { type Digest, digestSchema } from '../unread-counters.ts';

/** The digest in an item. */
export const parseDigest = (item: Item): Digest => digestSchema.parse(item);

const digestItemOf = async (table: Table, productId: string): Promise<Item | undefined> =>
  (await batchGet(table, [digestKey(productId)]))[0];

/** The digest of a product, or null where nothing was ever told of it. Throws where it does not parse. */
export const readDigest = async (table: Table, productId: string): Promise<Digest | null> => {
  const item = await digestItemOf(table, productId);
  return item === undefined ? null : parseDigest(item);
};

/** The same; null, too, where it does not parse, which is noted. */
export const readDigestIfReadable = async (table: Table, productId: string): Promise<Digest | null> =>
  await readOne(table, await digestItemOf(table, productId), parseDigest);

export const digestItem = (productId: string, digest: Digest): Item => ({ ...digestKey(productId), ...digest });

/** Writes a digest on top of the one that was read, null for none; refused where another was written meanwhile. */
export const digestWrite = (
  table: Table,
  productId: string,
  { before, after }: { readonly before: Digest | null; readonly after: Digest },
): Operation => ({
  Update: settingFields(table, digestKey(productId), {
    fields: after,
    condition:
      before === null
        ? { expression: 'attribute_not_exists(pk)' }
        : { expression: '#revision = :before', values: { ':before': before.revision } },
  }),
});
