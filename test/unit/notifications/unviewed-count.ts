import { describe, expect, it } from 'vitest';
import { memberItem } from '../../../core/access/store.ts';
import { viewedCountKey } from '../../../core/keys.ts';
import { unreadCountersItem } from '../../../core/notifications/store/unread-counters.ts';
import { countersOf } from '../../../core/notifications/unread-counters.ts';
import type { Item } from '../../../core/platform/dynamodb/table.ts';
import { sortableId } from '../../../core/platform/sortable-id.ts';
import { connectNotifications } from '../../../functions/notifications/connect-notifications.ts';
import { countUnviewed } from '../../../functions/notifications/count-unviewed.ts';
import { startBulkTable } from '../../bulk-table.ts';
import { countReads } from '../../read-counter.ts';

const NOW = new Date('2026-11-24T10:00:00Z');

const idOf = (position: number): string => sortableId(NOW.getTime() + position, new Uint8Array(10));

/** A member of all products, each with three notifications, of which the last products' are not viewed. */
const memberships = function* (products: number, unviewed: number): Generator<Item> {
  for (let position = 0; position < products; position += 1) {
    const productId = idOf(position);
    const entries = [0, 1, 2].map((age) => ({ id: idOf(products + 3 * position + age), type: 'task' as const }));
    const isBehind = position >= products - unviewed;
    yield memberItem({ productId, user: 'rita', role: 'reader' });
    yield unreadCountersItem(productId, countersOf(entries));
    yield { ...viewedCountKey(productId, 'rita'), security_gate: 0, task: isBehind ? 2 : 3 };
  }
};

/** Declares the tests of the unviewed count of a member of so many products, at least 200. */
export const testUnviewedCount = (products: number): void => {
  describe(`the unviewed count of a member of ${products} products`, () => {
    it.each([
      { unviewed: 0, text: '0' },
      { unviewed: 37, text: '37' },
      { unviewed: 100, text: '100' },
      { unviewed: 188, text: '100+' },
    ])('is $text with $unviewed that are not viewed', async ({ unviewed, text }) => {
      const bulk = await startBulkTable(memberships(products, unviewed));
      try {
        const { take } = countReads(bulk.table.client);
        const deps = connectNotifications(bulk.table, () => NOW);
        const count = await countUnviewed(deps, { user: 'rita', isAdministrator: false, scopes: [] });
        expect(count).toEqual({ count: Math.min(unviewed, 100), more: unviewed > 100, text });
        // Two items a product, a hundred items a request; memberships and the mark of all beside them.
        expect(take().requests).toBeLessThanOrEqual((2 * products) / 100 + 4);
      } finally {
        await bulk.stop();
      }
    });
  });
};
