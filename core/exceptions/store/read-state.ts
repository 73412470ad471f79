import { storedProductSchema } from '../../formats/store/format.ts';
import { type Key, productKey, SETTINGS_KEY, unreadCountersKey, windowKey } from '../../keys.ts';
import { parseUnreadCounters } from '../../notifications/store/unread-counters.ts';
import type { UnreadCounters } from '../../notifications/unread-counters.ts';
import { parseOne } from '../../platform/dynamodb/parse-items.ts';
import { readItems } from '../../platform/dynamodb/read-items.ts';
import type { Item, Table } from '../../platform/dynamodb/table.ts';
import { DEFAULT_SETTINGS } from '../../settings/model.ts';
import { parseSettings } from '../../settings/store.ts';
import { type ExceptionGrouping, windowFingerprint } from '../identity.ts';
import type { PreparedException } from '../model.ts';
import { type ExceptionWindow, exceptionWindowSchema } from '../window.ts';

/** What determines whether an exception is notified or held back. */
export type ExceptionState = {
  readonly fingerprint: string;
  readonly grouping: ExceptionGrouping;
  readonly window: ExceptionWindow | null;
  /** Whether the window exists but can't be parsed. */
  readonly isWindowUnreadable: boolean;
  readonly rateLimitSeconds: number;
  readonly productName: string | null;
  /** Whether the product exists, but it or its unread counters can't be parsed. */
  readonly isProductUnreadable: boolean;
  readonly unreadCounters: UnreadCounters | null;
};

/** Reads the window of either grouping, the settings, which say which of the two applies, and the product, in one request. */
export const readExceptionState = async (table: Table, exception: PreparedException): Promise<ExceptionState> => {
  const { product_id } = exception;
  const fingerprints = {
    similar: windowFingerprint(exception, 'similar'),
    exact: windowFingerprint(exception, 'exact'),
  } as const satisfies Record<ExceptionGrouping, string>;
  const productKeys =
    product_id === null ? null : { product: productKey(product_id), counters: unreadCountersKey(product_id) };
  const find = await readItems(table, [
    ...Object.values(fingerprints).map(windowKey),
    SETTINGS_KEY,
    ...Object.values(productKeys ?? {}),
  ]);
  // An unreadable item must not prevent the recording of an exception, which may be the one that reports it.
  const read = async <Entity>(key: Key | undefined, parse: (item: Item) => Entity) => {
    const item = key && find(key);
    const entity = await parseOne(table, item, parse);
    return { entity, isUnreadable: item !== undefined && entity === null };
  };
  const { exception_grouping, exception_rate_limit } =
    (await read(SETTINGS_KEY, parseSettings)).entity ?? DEFAULT_SETTINGS;
  const fingerprint = fingerprints[exception_grouping];
  const window = await read(windowKey(fingerprint), (item) => exceptionWindowSchema.parse(item));
  const product = await read(productKeys?.product, (item) => storedProductSchema.parse(item));
  const counters = await read(productKeys?.counters, parseUnreadCounters);
  return {
    fingerprint,
    grouping: exception_grouping,
    window: window.entity,
    isWindowUnreadable: window.isUnreadable,
    rateLimitSeconds: exception_rate_limit,
    productName: product.entity?.name ?? null,
    isProductUnreadable: product.isUnreadable || counters.isUnreadable,
    unreadCounters: counters.entity,
  };
};
