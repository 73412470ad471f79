/** What pages of products cost: measured on a seeded table. */

import { memberItem } from '../core/access/store.ts';
import type { Caller } from '../core/http/caller.ts';
import type { Page } from '../core/platform/dynamodb/page.ts';
import type { Item } from '../core/platform/dynamodb/table.ts';
import { sortableId } from '../core/platform/sortable-id.ts';
import { newProduct } from '../core/products/revision.ts';
import { newProductItems } from '../core/products/store/products.ts';
import { DEFAULT_SETTINGS } from '../core/settings/model.ts';
import { connectProducts } from '../functions/products/connect-products.ts';
import { type ListDeps, type ListRequest, listProducts } from '../functions/products/list-products.ts';
import { startBulkTable } from './bulk-table.ts';
import { countReads, type Reads } from './read-counter.ts';

const member = (user: string): Caller => ({ user, isAdministrator: false, scopes: [] });

/** Members have products from all over the list. */
const SIZES = { '3 products': 3, '200 products': 200, '2,000 products': 2_000 } as const;

const READERS = {
  '3 products': member('3 products'),
  '200 products': member('200 products'),
  '2,000 products': member('2,000 products'),
  administrator: { user: 'alice', isAdministrator: true, scopes: [] },
} as const satisfies Record<string, Caller>;

const ORDERS = ['name', '-updated', '-created'] as const;

/** From one that all pass to one that nothing does. */
const FILTERS = {
  all: { name: '', gate: null },
  'most: gate': { name: '', gate: 'passed' },
  'none: gate': { name: '', gate: 'none' },
  'a hundredth: name': { name: '77', gate: null },
} as const satisfies Record<string, ListRequest['filter']>;

const LIMIT = 25;
const PAGES = 2;

/** What a page of 25 may cost, however many products there are. */
const MOST: Reads = { requests: 4, items: 4_100 };

export type ProductCost = {
  readonly products: number;
  readonly reader: keyof typeof READERS;
  readonly query: string;
  /** The most of each that any of the first pages took. */
  readonly dearest: Reads;
  readonly shown: number;
};

const productItems = function* (products: number): Generator<Item> {
  const now = new Date('2026-11-24T10:00:00Z');
  const made = newProduct('', { name: 'Product' }, { user: 'ci', settings: DEFAULT_SETTINGS, now });
  for (let position = 0; position < products; position += 1) {
    const madeAt = new Date(now.getTime() + position * 1_000);
    const id = sortableId(madeAt.getTime(), new Uint8Array(10).fill(position % 256));
    const name = `Service ${(position * 7_919) % products}`;
    const security_gate_passed = position % 100 !== 0;
    const times = { created: madeAt.toISOString(), updated: madeAt.toISOString() };
    yield* newProductItems({ ...made, ...times, id, name, security_gate_passed }, 'root').slice(0, 1);
    for (const [user, size] of Object.entries(SIZES)) {
      if (position % Math.max(1, Math.floor(products / size)) === 0) {
        yield memberItem({ productId: id, user, role: 'reader' });
      }
    }
  }
};

type Asked = Omit<ListRequest, 'limit' | 'after'>;

const readPages = async (
  deps: ListDeps,
  take: () => Reads,
  asked: Asked,
): Promise<Pick<ProductCost, 'dearest' | 'shown'>> => {
  const reads: Reads[] = [];
  let shown = 0;
  let after: string | null = null;
  do {
    take();
    const page: Page<unknown> = await listProducts(deps, { ...asked, limit: LIMIT, after });
    reads.push(take());
    shown += page.entries.length;
    after = page.next;
  } while (after !== null && reads.length < PAGES);
  const most = (measure: keyof Reads) => Math.max(...reads.map((read) => read[measure]));
  return { dearest: { requests: most('requests'), items: most('items') }, shown };
};

/** Measures the first pages of every reader in every order with every filter. */
export const measureProductLists = async (products: number): Promise<readonly ProductCost[]> => {
  const bulk = await startBulkTable(productItems(products));
  try {
    const { take } = countReads(bulk.table.client);
    const deps = connectProducts(bulk.table, () => new Date());
    const costs: ProductCost[] = [];
    for (const [reader, caller] of entries(READERS)) {
      for (const order of ORDERS) {
        for (const [name, filter] of entries(FILTERS)) {
          const pages = await readPages(deps, take, { caller, order, filter });
          costs.push({ products, reader, query: `${order}, ${name}`, ...pages });
        }
      }
    }
    return costs;
  } finally {
    await bulk.stop();
  }
};

/** The costs that are above their bounds, in words. */
export const brokenProductBounds = (costs: readonly ProductCost[]): readonly string[] =>
  costs
    .filter(({ dearest }) => dearest.requests > MOST.requests || dearest.items > MOST.items)
    .map(({ products, reader, query, dearest }) => {
      const read = `${dearest.requests} requests, ${dearest.items} items`;
      return `${reader}, ${query}, of ${products}: ${read}; bound ${MOST.requests} and ${MOST.items}`;
    });

const entries = <Key extends string, Value>(of: Readonly<Record<Key, Value>>): [Key, Value][] => {
  const all: [Key, Value][] = [];
  for (const key in of) all.push([key, of[key]]);
  return all;
};
