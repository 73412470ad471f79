import { describe, expect, it } from 'vitest';
import { byNewest } from '../../../core/notifications/unread-counters.ts';
import { connectNotifications } from '../../../functions/notifications/connect-notifications.ts';
import { countUnviewed } from '../../../functions/notifications/count-unviewed.ts';
import { seedItems } from '../../../local/seed/seed-plan.ts';
import { startBulkTable } from '../../bulk-table.ts';
import { testUnviewedCount } from './unviewed-count.ts';

const NOW = new Date('2026-11-24T10:00:00Z');

testUnviewedCount(1_000);

describe('the unviewed count of an administrator', () => {
  it.each([
    { viewed: 1_990, text: '10' },
    { viewed: 1_812, text: '100+' },
  ])('is $text with the newest $viewed of 2,000 viewed', async ({ viewed, text }) => {
    const bulk = await startBulkTable(seedItems({ products: 20, notifications: 2_000, members: 1 }, NOW));
    try {
      const deps = connectNotifications(bulk.table, () => NOW);
      const pages = await deps.listTimeline({ before: null, limit: 2_000 });
      const newest = pages.flatMap(({ entries }) => entries).toSorted(byNewest);
      expect(newest).toHaveLength(2_000);
      await deps.markViewed('alice', newest.slice(0, viewed));
      const count = await countUnviewed(deps, { user: 'alice', isAdministrator: true, scopes: [] });
      expect(count.text).toBe(text);
    } finally {
      await bulk.stop();
    }
  });
});
