import * as z from 'zod/mini';
import { clearUrlOf, keptInClear, type Webhooks } from '../domain/kept-webhook.ts';
import { type Product, product, productWebhooks } from '../domain/product.ts';
import { type Settings, settings, settingsWebhooks } from '../domain/settings.ts';
import type { Item } from './table.ts';

/**
 * The format of products and settings, an attribute of their items (docs/adr/053). What a function writes is of this one,
 * and it reads the one before as well. Items of the first format carry no number.
 */
const FORMAT = 2;

/** The attribute with which products and settings are written. */
export const IN_FORMAT = { format: FORMAT } as const;

const formatted = z.looseObject({ format: z._default(z.int(), 1) });

/** Whether an item is of the format before. */
const isOfFormatBefore = (item: Item): boolean => formatted.parse(item).format < FORMAT;

type Upgrade = (item: Item) => Item;

/** Webhooks were sealed a commit before items had a number: both forms are met. */
const webhookOf1 = z.pipe(
  z.unknown(),
  z.transform((kept) => (typeof kept === 'string' ? keptInClear(kept) : kept)),
);

/** Format 1 has webhooks in clear, and does not tell the request that a write came of. */
const productOf1 = z.looseObject({
  notification_ms_teams_webhook: webhookOf1,
  notification_slack_webhook: webhookOf1,
  request_id: z._default(z.nullable(z.string()), null),
});
const settingsOf1 = z.looseObject({
  exception_ms_teams_webhook: webhookOf1,
  exception_slack_webhook: webhookOf1,
  gate_request_id: z._default(z.nullable(z.string()), null),
});

const upgraded = (read: unknown, fromBefore: Upgrade): Item => {
  const { format, ...item } = formatted.parse(read);
  if (format === FORMAT) return item;
  if (format === FORMAT - 1) return fromBefore(item);
  throw new Error(`An item is of format ${format}; this version reads ${FORMAT - 1} and ${FORMAT}`);
};

/** Items of the formats that are read, as what they are today. */
export const keptProduct = z.pipe(
  z.transform((item) => upgraded(item, (before) => productOf1.parse(before))),
  product,
);
export const keptSettings = z.pipe(
  z.transform((item) => upgraded(item, (before) => settingsOf1.parse(before))),
  settings,
);

const isInClear = (webhooks: Webhooks): boolean =>
  Object.values(webhooks).some((kept) => kept !== null && clearUrlOf(kept) !== null);

/**
 * What is to be migrated, in an item: a product of the format before, or one of today's that was written by who handed on
 * a webhook in clear, as it was read. Null for others.
 */
export const outdatedProduct = (item: Item): Product | null => {
  const of = keptProduct.parse(item);
  return isOfFormatBefore(item) || isInClear(productWebhooks(of)) ? of : null;
};

/** The same of the settings. */
export const outdatedSettings = (item: Item): Settings | null => {
  const of = keptSettings.parse(item);
  return isOfFormatBefore(item) || isInClear(settingsWebhooks(of)) ? of : null;
};
