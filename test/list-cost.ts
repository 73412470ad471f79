/** What pages of notifications cost: measured on a seeded table, at several depths of each list. */

import type { Caller } from '../core/http/caller.ts';
import type { Notification } from '../core/notifications/model.ts';
import { sortableId } from '../core/platform/sortable-id.ts';
import { connectNotifications } from '../functions/notifications/connect-notifications.ts';
import { countUnviewed } from '../functions/notifications/count-unviewed.ts';
import { type ListDeps, listNotifications } from '../functions/notifications/list-notifications.ts';
import type { Filter } from '../functions/notifications/notification-filter.ts';
import { SEED_STEP_MS, seedItems } from '../local/seed/seed-plan.ts';
import { startBulkTable } from './bulk-table.ts';
import { countReads, type Reads } from './read-counter.ts';

const member = (user: string): Caller => ({ user, isAdministrator: false, scopes: [] });

/** By how the seed makes its members. */
const READERS = {
  '1 product': member('member-1'),
  '50 products': member('member-2'),
  '2,000 products': member('member-3'),
  administrator: { user: 'alice', isAdministrator: true, scopes: [] },
} as const satisfies Record<string, Caller>;

const EVERY: Filter = {
  type: null,
  product_id: null,
  name: null,
  message: null,
  function: null,
  product_name: null,
  user: null,
  words: [],
  fromId: null,
  beforeId: null,
  exclude_already_viewed: false,
};

/** Filters from those that all pass to one that nothing does. */
const QUERIES = {
  all: EVERY,
  'most: name': { ...EVERY, name: 'security gate' },
  'not viewed yet': { ...EVERY, exclude_already_viewed: true },
  'an eighth: type': { ...EVERY, type: 'task' },
  'a four-hundredth: function': { ...EVERY, function: 'import-7' },
  'none: message': { ...EVERY, message: 'no such text' },
  'none: words': { ...EVERY, words: ['no', 'such', 'text'] },
  'none: far back': { ...EVERY, fromId: '0'.repeat(26), beforeId: `${'0'.repeat(25)}1` },
} as const satisfies Record<string, Filter>;

/** Where a walk begins, as a share of all notifications: digests have ended for busy products, and then for others. */
const DEPTHS = [0, 0.1, 0.5, 0.9];
const PAGES_AT_EACH = 3;
const LIMIT = 25;

export type Cost = {
  readonly notifications: number;
  readonly reader: keyof typeof READERS;
  readonly query: keyof typeof QUERIES | 'one product' | 'unviewed count';
  /** The most of each that any of the pages took. */
  readonly dearest: Reads;
  /** Notifications on the first page. */
  readonly shown: number;
  readonly medianMs: number;
};

type Measuring = {
  readonly deps: ReturnType<typeof connectNotifications>;
  readonly take: () => Reads;
  readonly starts: readonly (string | null)[];
};

type Page = { readonly reads: Reads; readonly shown: readonly Notification[]; readonly ms: number };

const readPages = async ({ deps, take, starts }: Measuring, caller: Caller, filter: Filter): Promise<Page[]> => {
  const pages: Page[] = [];
  for (const start of starts) {
    let before = start;
    for (let page = 0; page < PAGES_AT_EACH; page += 1) {
      take();
      const beganMs = performance.now();
      const { entries, next } = await list(deps, { caller, filter, before });
      pages.push({ reads: take(), shown: entries, ms: performance.now() - beganMs });
      if (next === null) break;
      before = next;
    }
  }
  return pages;
};

const list = (deps: ListDeps, walk: { caller: Caller; filter: Filter; before: string | null }) =>
  listNotifications(deps, { ...walk, limit: LIMIT });

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

const summary = (pages: readonly Page[]): Pick<Cost, 'dearest' | 'shown' | 'medianMs'> => ({
  dearest: {
    requests: Math.max(...pages.map(({ reads }) => reads.requests)),
    items: Math.max(...pages.map(({ reads }) => reads.items)),
  },
  shown: pages[0]?.shown.length ?? 0,
  medianMs: median(pages.map(({ ms }) => ms)),
});

const measureReader = async (
  measuring: Measuring,
  of: Pick<Cost, 'notifications' | 'reader'>,
  caller: Caller,
): Promise<Cost[]> => {
  const { deps, take } = measuring;
  const { entries: newest } = await list(deps, { caller, filter: EVERY, before: null });
  // Some marks, as a reader has them.
  await deps.markViewed(caller.user, newest);
  const product = newest[0]?.product_id ?? null;
  const queries = { ...QUERIES, 'one product': { ...EVERY, product_id: product } };
  const costs: Cost[] = [];
  for (const [query, filter] of entries(queries)) {
    costs.push({ ...of, query, ...summary(await readPages(measuring, caller, filter)) });
  }
  take();
  const beganMs = performance.now();
  await countUnviewed(deps, caller);
  const ms = performance.now() - beganMs;
  return [...costs, { ...of, query: 'unviewed count', dearest: take(), shown: 0, medianMs: ms }];
};

/** Measures every reader with every query on so many notifications of 2,000 products. */
export const measureLists = async (notifications: number): Promise<Cost[]> => {
  const now = new Date();
  const bulk = await startBulkTable(seedItems({ products: 2_000, notifications, members: 3 }, now));
  try {
    const { take } = countReads(bulk.table.client);
    const starts = DEPTHS.map((depth) =>
      depth === 0 ? null : sortableId(now.getTime() - depth * notifications * SEED_STEP_MS, new Uint8Array(10)),
    );
    const measuring = { deps: connectNotifications(bulk.table, () => now), take, starts };
    const costs: Cost[] = [];
    for (const [reader, caller] of entries(READERS)) {
      costs.push(...(await measureReader(measuring, { notifications, reader }, caller)));
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
