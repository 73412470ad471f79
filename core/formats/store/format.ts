import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import type { Key } from '../../keys.ts';
import { type Item, settingFields, type Table } from '../../platform/dynamodb/table.ts';
import { NO_THRESHOLDS, productSchema } from '../../products/model.ts';
import { settingsSchema } from '../../settings/model.ts';

/** How a version stores products, or settings (docs/adr/012). */
export type Format = {
  /** The number with which it writes items. */
  readonly written: number;
  /** Adds what an item in the previous format lacks. Absent: no previous format exists. */
  readonly upgrade?: (item: Item) => Item;
};

/** The format of this version. Its number is the same for products and settings. */
export const FORMAT: Format = { written: 1 };

/** The attribute with which products and settings are written. */
export const IN_FORMAT = { format: FORMAT.written } as const;

const formattedSchema = z.looseObject({ format: z._default(z.int(), 1) });

/**
 * An item in a version's own format. `format` is removed from such an item and left in others. Also reads the previous format
 * and, because a format only adds attributes, the next. Throws on any other.
 */
export const readFormatted = ({ written, upgrade }: Format, read: unknown): Item => {
  const { format, ...item } = formattedSchema.parse(read);
  if (format === written) return item;
  if (format === written + 1) return { ...item, format };
  if (format === written - 1 && upgrade !== undefined) return { ...upgrade(item), format };
  throw new Error(`An item has format ${format}, and this version writes ${written}`);
};

/** A stored product. */
export const storedProductSchema = z.pipe(
  z.transform((item) => readFormatted(FORMAT, item)),
  productSchema,
);

/** The stored settings. */
export const storedSettingsSchema = z.pipe(
  z.transform((item) => readFormatted(FORMAT, item)),
  settingsSchema,
);

/** A product or settings as read; `format` only where it isn't the version's own. */
export type Formatted = { readonly version: number; readonly format?: number | undefined };

/** Whether it was stored in the previous format. */
export const isOutdated = ({ format }: Formatted, { written }: Format): boolean =>
  format !== undefined && format < written;

/**
 * An update of a product or the settings to their next version, on the condition that no one else wrote since. It sets changed
 * fields only, so attributes and number of a newer format stay. An item in the previous format is written whole,
 * but for thresholds, which it can lack.
 */
export const replacing = <Entity extends Formatted>(
  table: Table,
  key: Key,
  { before, after, format = FORMAT }: { readonly before: Entity; readonly after: Entity; readonly format?: Format },
) => {
  const isWhole = isOutdated(before, format);
  const { format: _, ...fields } = after;
  const known = new Map<string, unknown>(Object.entries(before));
  const changed = Object.entries(fields).filter(
    ([name, value]) => (isWhole && !(name in NO_THRESHOLDS)) || !isDeepStrictEqual(known.get(name), value),
  );
  return settingFields(table, key, {
    fields: { ...Object.fromEntries(changed), ...(isWhole && { format: format.written }) },
    condition: { expression: '#version = :before', values: { ':before': before.version } },
  });
};
