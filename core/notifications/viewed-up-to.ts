import * as z from 'zod/mini';
import { type Notification, type NotificationType, notificationTypeSchema } from './model.ts';
import { countedTypeSchema, newerId } from './unread-counters.ts';

const idsByTypeSchema = z.partialRecord(notificationTypeSchema, z.string());

/**
 * Up to which notification a user has viewed all of a type: that id and every older one. `all`: of every product and of none;
 * `products`: by product id, where the user marked a single product.
 */
export const viewedUpToSchema = z.object({
  all: idsByTypeSchema,
  products: z.record(z.string(), idsByTypeSchema),
  /** Increases with each write. */
  revision: z.int(),
});

export type ViewedUpTo = z.infer<typeof viewedUpToSchema>;

export const VIEWED_NOTHING: ViewedUpTo = { all: {}, products: {}, revision: 0 };

type Place = Pick<Notification, 'type' | 'product_id'>;

/** The id up to which a user has viewed the notifications of a type in a product, or in all (null); null if none is set. */
export const viewedUpToOf = ({ all, products }: ViewedUpTo, { type, product_id }: Place): string | null =>
  newerId(all[type] ?? null, product_id === null ? null : (products[product_id]?.[type] ?? null));

/** Whether a user has viewed a notification by marking all. */
export const isMarkedByAll = (viewed: ViewedUpTo, notification: Place & Pick<Notification, 'id'>): boolean => {
  const upTo = viewedUpToOf(viewed, notification);
  return upTo !== null && notification.id <= upTo;
};

/** The types that a caller sees. */
export const typesSeenBy = ({ isAdministrator }: { readonly isAdministrator: boolean }): readonly NotificationType[] =>
  isAdministrator ? notificationTypeSchema.options : countedTypeSchema.options;

type Scope = { readonly types: readonly NotificationType[]; readonly productId: string | null };

/** The id up to which a user has viewed all notifications of a scope; null if there may be older ones that are not viewed. */
export const allViewedUpTo = (viewed: ViewedUpTo, { types, productId }: Scope): string | null => {
  const ids = types.map((type) => viewedUpToOf(viewed, { type, product_id: productId }));
  return ids.reduce((oldest, id) => (oldest === null || id === null || oldest < id ? oldest : id), ids[0] ?? null);
};

/** Most products that a user can mark one by one: the item is read for each page and count. */
export const MAX_MARKED_PRODUCTS = 500;

export type AllMark = Scope & { readonly upTo: string };

type IdsByType = z.infer<typeof idsByTypeSchema>;

const withMark = (ids: IdsByType, { types, upTo }: AllMark): IdsByType => ({
  ...ids,
  ...Object.fromEntries(types.map((type) => [type, newerId(ids[type] ?? null, upTo)])),
});

/** The ids that are newer than those of all products. */
const beyond = (ids: IdsByType, all: IdsByType): IdsByType =>
  Object.fromEntries(Object.entries(ids).filter(([type, id]) => !isAtMost(id, all, type)));

const isAtMost = (id: string, all: IdsByType, type: string): boolean => {
  const known = notificationTypeSchema.safeParse(type).data;
  const upTo = known && all[known];
  return upTo !== undefined && id <= upTo;
};

/**
 * The state after marking all of a scope. It never goes back. Products that a mark of all has reached are removed.
 * `too-many-products`: a further product doesn't fit.
 */
export const withAllMarked = (before: ViewedUpTo, mark: AllMark): ViewedUpTo | 'too-many-products' => {
  const { productId } = mark;
  const all = productId === null ? withMark(before.all, mark) : before.all;
  const marked =
    productId === null
      ? before.products
      : { ...before.products, [productId]: withMark(before.products[productId] ?? {}, mark) };
  const left = Object.entries(marked)
    .map(([id, ids]) => [id, beyond(ids, all)] as const)
    .filter(([, ids]) => Object.keys(ids).length > 0);
  if (left.length > MAX_MARKED_PRODUCTS) return 'too-many-products';
  return { all, products: Object.fromEntries(left), revision: before.revision + 1 };
};
