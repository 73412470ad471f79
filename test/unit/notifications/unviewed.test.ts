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
  it('is 100+ with the newest 1,812 of 2,000 viewed, and 10 with 1,990', async () => {
    const bulk = await startBulkTable(seedItems({ products: 20, notifications: 2_000, members: 1 }, NOW));
    try {
      const deps = connectNotifications(bulk.table, () => NOW);
      const pages = await deps.listTimeline({ before: null, limit: 2_000 });
      const newest = pages.flatMap(({ entries }) => entries).toSorted(byNewest);
      expect(newest).toHaveLength(2_000);
      const count = () => countUnviewed(deps, { user: 'alice', isAdministrator: true, scopes: [] });
      await deps.markViewed('alice', newest.slice(0, 1_812));
      expect((await count()).text).toBe('100+');
      await deps.markViewed('alice', newest.slice(1_812, 1_990));
      expect((await count()).text).toBe('10');
    } finally {
      await bulk.stop();
    }
  });
});
