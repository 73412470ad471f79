import { brokenBounds } from '../test/list-bounds.ts';
import { type Cost, measureLists } from '../test/list-cost.ts';
import { brokenProductBounds, measureProductLists, type ProductCost } from '../test/product-list-cost.ts';
import { type Bench, markdownTable, rounded } from './bench.ts';

const COUNT = 'unviewed count';

/** The pages of a reader, whatever was asked for, in one row. */
const readerRow = (costs: readonly Cost[]) => {
  const pages = costs.filter(({ query }) => query !== COUNT);
  const all = pages.find(({ query }) => query === 'all');
  const count = costs.find(({ query }) => query === COUNT);
  const most = (measure: 'requests' | 'items') => Math.max(...pages.map(({ dearest }) => dearest[measure]));
  const { notifications = 0, reader = '' } = costs[0] ?? {};
  return [
    notifications,
    reader,
    all?.shown ?? 0,
    most('requests'),
    most('items'),
    rounded(all?.medianMs ?? 0),
    count?.dearest.requests ?? 0,
    count?.dearest.items ?? 0,
  ];
};

const HEAD = [
  'notifications',
  'reader',
  'shown on the first page',
  'requests a page',
  'items a page',
  'ms a page',
  'requests of the count',
  'items of the count',
];

const queryRows = (costs: readonly Cost[]) =>
  costs.map(({ notifications, reader, query, shown, dearest, medianMs }) => [
    notifications,
    reader,
    query,
    shown,
    dearest.requests,
    dearest.items,
    rounded(medianMs),
  ]);

const productRows = (costs: readonly ProductCost[]) =>
  costs.map(({ products, reader, query, shown, dearest }) => [
    products,
    reader,
    query,
    shown,
    dearest.requests,
    dearest.items,
  ]);

export const lists: Bench = {
  about: 'What pages of notifications and of products cost; the tables behind ADR 010 and ADR 037',
  run: async ({ short, print }) => {
    const costs: Cost[] = [];
    for (const size of short ? [1_000] : [1_000, 100_000, 1_000_000]) costs.push(...(await measureLists(size)));
    const readers = [...Map.groupBy(costs, ({ notifications, reader }) => `${notifications} ${reader}`).values()];
    print(markdownTable(HEAD, readers.map(readerRow)));
    const head = ['notifications', 'reader', 'query', 'shown', 'requests', 'items', 'ms'];
    print(
      `By query, the dearest page of each, and the median of their times:\n\n${markdownTable(head, queryRows(costs))}`,
    );
    const products = await measureProductLists(short ? 1_000 : 100_000);
    const productHead = ['products', 'reader', 'query', 'shown on two pages', 'requests', 'items'];
    print(`The dearest page of products:\n\n${markdownTable(productHead, productRows(products))}`);
    const broken = [...brokenBounds(costs), ...brokenProductBounds(products)].map(
      (what) => ({ what, kind: 'count', holds: false }) as const,
    );
    return broken.length > 0
      ? broken
      : [{ what: 'every page and count within its bounds', kind: 'count', holds: true }];
  },
};
