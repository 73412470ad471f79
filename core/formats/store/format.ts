import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import type { Key } from '../../keys.ts';
import { type Item, settingFields, type Table } from '../../platform/dynamodb/table.ts';
import { type Product, productSchema, productWebhooks } from '../../products/model.ts';
import { clearUrlOf, keptInClear, type Webhooks } from '../../secrets/model.ts';
import { type Settings, settingsSchema, settingsWebhooks } from '../../settings/model.ts';

/**
 * The formats of the items of products and settings (docs/adr/012): the one that is written, and those that are read. A format
 * adds attributes to the one before; items of the first format carry no number.
 */
export const FORMATS = { written: 2, reads: [1, 2] } as const;

/** Read as far as its attributes suffice: a rollback may leave items of it. */
const ONE_AHEAD = Math.max(...FORMATS.reads) + 1;

/** The attribute with which products and settings are written. */
export const IN_FORMAT = { format: FORMATS.written } as const;

const formattedSchema = z.looseObject({ format: z._default(z.int(), 1) });

/** Whether an item is of the format before. */
const isOfFormatBefore = (item: Item): boolean => formattedSchema.parse(item).format < FORMATS.written;

type Upgrade = (item: Item) => Item;

/** Webhooks were sealed a commit before items had a number: both forms are met. */
const webhookOf1Schema = z.pipe(
  z.unknown(),
  z.transform((kept) => (typeof kept === 'string' ? keptInClear(kept) : kept)),
);

/** Format 1 has webhooks in clear, and does not tell the request that a write came of. */
const productOf1Schema = z.looseObject({
  notification_ms_teams_webhook: webhookOf1Schema,
  notification_slack_webhook: webhookOf1Schema,
  request_id: z._default(z.nullable(z.string()), null),
});
const settingsOf1Schema = z.looseObject({
  exception_ms_teams_webhook: webhookOf1Schema,
  exception_slack_webhook: webhookOf1Schema,
  gate_request_id: z._default(z.nullable(z.string()), null),
});

/** An item as it is today; `format` is left where it is another. */
const upgraded = (read: unknown, fromBefore: Upgrade): Item => {
  const { format, ...item } = formattedSchema.parse(read);
  if (format === FORMATS.written) return item;
  if (format === FORMATS.written - 1) return { ...fromBefore(item), format };
  if (format > FORMATS.written && format <= ONE_AHEAD) return { ...item, format };
  throw new Error(`An item is of format ${format}; this version reads ${FORMATS.reads.join(', ')} and ${ONE_AHEAD}`);
};

/** Items of the formats that are read, as what they are today. */
export const keptProductSchema = z.pipe(
  z.transform((item) => upgraded(item, (before) => productOf1Schema.parse(before))),
  productSchema,
);
export const keptSettingsSchema = z.pipe(
  z.transform((item) => upgraded(item, (before) => settingsOf1Schema.parse(before))),
  settingsSchema,
);

const isInClear = (webhooks: Webhooks): boolean =>
  Object.values(webhooks).some((kept) => kept !== null && clearUrlOf(kept) !== null);

/**
 * What is to be migrated, in an item: a product of the format before, or one of today's that was written by who handed on
 * a webhook in clear, as it was read. Null for others.
 */
export const outdatedProduct = (item: Item): Product | null => {
  const product = keptProductSchema.parse(item);
  return isOfFormatBefore(item) || isInClear(productWebhooks(product)) ? product : null;
};

/** The same of the settings. */
export const outdatedSettings = (item: Item): Settings | null => {
  const settings = keptSettingsSchema.parse(item);
  return isOfFormatBefore(item) || isInClear(settingsWebhooks(settings)) ? settings : null;
};

type Formatted = { readonly version: number; readonly format?: number | undefined };

/**
 * An update of a product's or the settings' item to their next version, on the condition that nobody else has written since.
 * It writes what changed and no more: attributes of a newer format stay as they are, and so does its number. An item of the
 * format before is written whole, as one of today.
 */
export const replacing = <Entity extends Formatted>(
  table: Table,
  key: Key,
  { before, after }: { readonly before: Entity; readonly after: Entity },
) => {
  const isBefore = before.format !== undefined && before.format < FORMATS.written;
  const { format: _1, ...fields } = after;
  const known = new Map<string, unknown>(Object.entries(before));
  const changed = Object.entries(fields).filter(
    ([name, value]) => isBefore || !isDeepStrictEqual(known.get(name), value),
  );
  return settingFields(table, key, {
    fields: { ...Object.fromEntries(changed), ...(isBefore && IN_FORMAT) },
    condition: { expression: '#version = :before', values: { ':before': before.version } },
  });
};
