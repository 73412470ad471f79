import { type Digest, digest } from '../domain/digest.ts';
import { digestKey } from './keys.ts';
import { batchGet, type Item, type Operation, settingFields, type Table } from './table.ts';

/** The digest in an item, or null where there is none. */
export const parseDigest = (item: Item | undefined): Digest | null => (item === undefined ? null : digest.parse(item));

/** The digest of a product, or null where nothing was ever told of it. */
export const readDigest = async (table: Table, productId: string): Promise<Digest | null> =>
  parseDigest((await batchGet(table, [digestKey(productId)]))[0]);

export const digestItem = (productId: string, of: Digest): Item => ({ ...digestKey(productId), ...of });

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
