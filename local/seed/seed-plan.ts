/** What a seed is made of, item by item, by the makers that the functions themselves write with. */
import { randomBytes } from 'node:crypto';
import { memberItem } from '../../core/access/store.ts';
import { FANNED_OUT } from '../../core/contract.ts';
import { NOT_APPLICABLE, type Notification } from '../../core/notifications/model.ts';
import { entryItem, notificationItem } from '../../core/notifications/store/notifications.ts';
import { unreadCountersItem } from '../../core/notifications/store/unread-counters.ts';
import { countedTypeOf, countersOf, type UnreadEntry } from '../../core/notifications/unread-counters.ts';
import type { Item } from '../../core/platform/dynamodb/table.ts';
import { sortableId } from '../../core/platform/sortable-id.ts';
import { PRODUCT_DEFAULTS, type Product } from '../../core/products/model.ts';
import { newProduct } from '../../core/products/revision.ts';
import { newProductItems } from '../../core/products/store/products.ts';
import { DEFAULT_SETTINGS } from '../../core/settings/model.ts';

export type SeedSize = {
  readonly products: number;
  readonly notifications: number;
  /** `member-1` reads one product, `member-2` fifty, `member-3` two thousand, `member-4` one, and so on. */
  readonly members: number;
};

/** Owns every product. */
const OWNER = 'olivia';

/** Products that members read, one after another. */
const READ = [1, 50, 2_000] as const;

/** Time between two notifications. */
export const SEED_STEP_MS = 1_000;

const makeProduct = (position: number, total: number, now: Date): Product => {
  const created = new Date(now.getTime() - (total - position) * SEED_STEP_MS);
  const name = `Seeded ${created.getTime().toString(36)}-${position}`;
  const revision = { user: OWNER, settings: DEFAULT_SETTINGS, now: created };
  return newProduct(sortableId(created.getTime(), randomBytes(10)), { ...PRODUCT_DEFAULTS, name }, revision);
};

/** Of 23, which shares no factor with a round number of products: 19 gates, three tasks, an exception. */
const typeAt = (position: number): Notification['type'] => {
  if (position % 23 === 7) return 'exception';
  return position % 23 > 19 ? 'task' : 'security_gate';
};

/** Every second notification is of one of these, as some products are scanned all day long and most hardly ever. */
const BUSY = 100;

/** A stride that is prime to the number of products, so that neighbours in time are of different ones. */
const STRIDE = 7_919;

const productAt = (position: number, products: number): number =>
  (Math.floor(position / 2) * STRIDE) % (position % 2 === 0 ? Math.min(BUSY, products) : products);

const makeNotification = (position: number, { id: product_id, name }: Product, at: Date): Notification => {
  const id = sortableId(at.getTime(), randomBytes(10));
  const common = { ...NOT_APPLICABLE, id, created: at.toISOString(), product_id };
  const type = typeAt(position);
  if (type === 'security_gate') {
    const [from, to] = position % 2 === 0 ? (['passed', 'failed'] as const) : (['failed', 'passed'] as const);
    const headline = `Security gate of ${name} changed from ${from} to ${to}`;
    const message = to === 'failed' ? '3 critical, 0 allowed.' : 'No severity exceeds its threshold.';
    return { ...common, type, name: headline, message, product_name: name, user: 'ci-pipeline', from, to };
  }
  const failed = `import-${position % 50}`;
  return {
    ...common,
    type,
    name: `${type === 'task' ? 'Task failed' : 'Exception'}: TimeoutError in ${failed}`,
    message: `No answer within 30 s, for the ${position}th time`,
    product_name: name,
    function: failed,
    arguments: JSON.stringify({ run: position }),
    exception_class: 'TimeoutError',
    trace: 'TimeoutError: No answer\n    at fetch (import.ts:12:3)',
  };
};

/** Fan-out has nothing to do for what is said to have been fanned out. */
const itemsOf = (notification: Notification): readonly Item[] => [
  { ...notificationItem(notification), [FANNED_OUT]: notification.created },
  ...(notification.product_id === null ? [] : [entryItem(notification.product_id, notification)]),
];

const membersOf = function* (products: readonly Product[], members: number): Generator<Item> {
  for (let member = 0; member < members; member += 1) {
    for (const { id } of products.slice(0, READ[member % READ.length])) {
      yield memberItem({ productId: id, user: `member-${member + 1}`, role: 'reader' });
    }
  }
};

/** All items of a seed, some memory at a time; the products' digests come last, as they look back on all. */
export const seedItems = function* (size: SeedSize, now: Date): Generator<Item> {
  const products = Array.from({ length: size.products }, (_, position) => makeProduct(position, size.products, now));
  for (const product of products) yield* newProductItems(product, OWNER);
  yield* membersOf(products, size.members);
  const notified = new Map<string, UnreadEntry[]>(products.map(({ id }) => [id, []]));
  for (let position = 0; position < size.notifications; position += 1) {
    const at = new Date(now.getTime() - (size.notifications - position) * SEED_STEP_MS);
    const product = products[productAt(position, products.length)];
    if (product === undefined) continue;
    const notification = makeNotification(position, product, at);
    yield* itemsOf(notification);
    const type = countedTypeOf(notification.type);
    if (type !== null) notified.get(product.id)?.push({ id: notification.id, type });
  }
  for (const [productId, entries] of notified)
    if (entries.length > 0) yield unreadCountersItem(productId, countersOf(entries));
};
