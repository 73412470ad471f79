import * as z from 'zod';
import { product } from '../domain/product.ts';
import { settings } from '../domain/settings.ts';
import type { Item } from './table.ts';

/**
 * The format of products and settings, an attribute of their items (docs/adr/053). What a function writes is of this one,
 * and it reads the one before as well. Items of the first format carry no number.
 */
const FORMAT = 2;

/** The attribute with which products and settings are written. */
export const IN_FORMAT = { format: FORMAT } as const;

const formatted = z.looseObject({ format: z.int().default(1) });

/** Whether an item is of the format before. */
export const isOutdated = (item: Item): boolean => formatted.parse(item).format < FORMAT;

type Upgrade = (item: Item) => Item;

/** What format 2 has beside format 1: the request that a write came of. */
const PRODUCT_FROM_1: Upgrade = (item) => ({ request_id: null, ...item });
const SETTINGS_FROM_1: Upgrade = (item) => ({ gate_request_id: null, ...item });

const upgraded = (read: unknown, fromBefore: Upgrade): Item => {
  const { format, ...item } = formatted.parse(read);
  if (format === FORMAT) return item;
  if (format === FORMAT - 1) return fromBefore(item);
  throw new Error(`An item is of format ${format}; this version reads ${FORMAT - 1} and ${FORMAT}`);
};

/** Items of the formats that are read, as what they are today. */
export const keptProduct = z.preprocess((item) => upgraded(item, PRODUCT_FROM_1), product);
export const keptSettings = z.preprocess((item) => upgraded(item, SETTINGS_FROM_1), settings);
