/** What pages of notifications cost: the rows of the table in docs/adr/010, measured on a seeded table. */
import { seedItems } from '../local/seed/seed-plan.ts';
import type { Call } from './api-call.ts';
import { startBulkTable } from './bulk-table.ts';
import { countReads, type Reads } from './read-counter.ts';
import { openWorld, type World } from './unit/notifications/world.ts';

/** By how the seed makes its members. */
const READERS = {
  '1 product': { user: 'member-1' },
  '50 products': { user: 'member-2' },
  '2,000 products': { user: 'member-3' },
  administrator: { user: 'alice', isAdministrator: true },
} as const satisfies Record<string, Call>;

const QUERIES = {
  all: {},
  'type=task': { type: 'task' },
  'message that hits nothing': { message: 'no such text' },
  'not viewed yet': { exclude_already_viewed: 'true' },
} as const;

export type Cost = {
  readonly notifications: number;
  readonly reader: keyof typeof READERS;
  readonly query: keyof typeof QUERIES | 'unviewed count';
  /** The dearest of the pages that were read. */
  readonly dearest: Reads;
  /** Notifications on the first page. */
  readonly shown: number;
};

/** Pages of a walk that are read: the first, and as deep as digests end and beyond. */
const PAGES = 12;

type Measuring = { readonly world: World; readonly take: () => Reads };

const worse = (one: Reads, other: Reads): Reads => ({
  requests: Math.max(one.requests, other.requests),
  items: Math.max(one.items, other.items),
});

const walk = async ({ world, take }: Measuring, call: Call, query: Record<string, string>) => {
  let dearest: Reads = { requests: 0, items: 0 };
  let shown = 0;
  let cursor: string | null = '';
  for (let page = 0; page < PAGES && cursor !== null; page += 1) {
    const of = { ...call, query: { ...query, ...(cursor === '' ? {} : { cursor }) } };
    const { results, next }: Awaited<ReturnType<World['page']>> = await world.page(of);
    dearest = worse(dearest, take());
    if (page === 0) shown = results.length;
    cursor = next;
  }
  return { dearest, shown };
};

/** Measures every reader with every query on so many notifications of 2,000 products. */
export const measureLists = async (notifications: number): Promise<Cost[]> => {
  const bulk = await startBulkTable(seedItems({ products: 2_000, notifications, members: 3 }, new Date()));
  try {
    const { take } = countReads(bulk.table.client);
    const world = openWorld(bulk.table);
    const costs: Cost[] = [];
    for (const [reader, call] of entries(READERS)) {
      // Some marks, as a reader has them.
      const { results } = await world.page(call);
      const ids = results.map(({ id }) => id);
      if (ids.length > 0)
        await world.call('POST /api/notifications/bulk_mark_as_viewed', { ...call, body: { notifications: ids } });
      take();
      for (const [query, parameters] of entries(QUERIES)) {
        costs.push({ notifications, reader, query, ...(await walk({ world, take }, call, parameters)) });
      }
      await world.call('GET /api/notifications/unviewed_count', call);
      costs.push({ notifications, reader, query: 'unviewed count', dearest: take(), shown: 0 });
    }
    return costs;
  } finally {
    await bulk.stop();
  }
};

const entries = <Key extends string, Value>(of: Readonly<Record<Key, Value>>): [Key, Value][] => {
  const all: [Key, Value][] = [];
  for (const key in of) all.push([key, of[key]]);
  return all;
};
