import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeMembership } from '../../../core/access/store.ts';
import type { Job } from '../../../core/jobs/model.ts';
import { notificationIdOfEntry, notificationKey, TIMELINE_SHARDS } from '../../../core/keys.ts';
import { createLog } from '../../../core/log.ts';
import { deleteNotifications } from '../../../core/notifications/store/delete.ts';
import { listOlderThan } from '../../../core/notifications/store/expired.ts';
import { createNotification } from '../../../core/notifications/store/notifications.ts';
import { isTombstone } from '../../../core/notifications/store/tombstone.ts';
import { markViewed, readUnreadStates } from '../../../core/notifications/store/viewed.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { derivedId } from '../../../core/platform/sortable-id.ts';
import { newProduct } from '../../../core/products/revision.ts';
import { clearNotification } from '../../../core/products/store/leftovers.ts';
import { createProduct } from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { expire } from '../../../functions/background/expire.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { someNotification } from '../notifications/some-notification.ts';

const NOW = new Date('2026-11-24T10:00:00.000Z');
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

let running: TestTable;
let table: Table;
const reported: string[] = [];
beforeEach(async () => {
  running = await startTestTable();
  reported.length = 0;
  table = { ...running.table, reportUnreadable: async ({ pk }) => void reported.push(pk) };
  for (const id of ['p1', 'p2']) {
    const created = newProduct(id, { name: id }, { user: 'olivia', settings: DEFAULT_SETTINGS, now: NOW });
    await createProduct(table, { created, owner: 'olivia' });
    await changeMembership(table, { productId: id, user: 'rita', before: null, after: 'reader' });
  }
});
afterEach(() => running.stop());

let made = 0;

const notified = async (productId: string, at: Date): Promise<string> => {
  made += 1;
  const id = derivedId(at.getTime(), ['test', made]);
  const notification = { ...someNotification(productId, id), created: at.toISOString() };
  expect(await createNotification(table, notification)).toBe('written');
  return id;
};

/** Does the first job of a run and those that follow; returns their number. */
const run = async (retentionDays: number, nowOf: (job: number) => Date = () => NOW): Promise<number> => {
  const jobs: Job[] = [{ kind: 'expire', shard: 0, after: null, until: null }];
  let done = 0;
  for (let job = jobs.pop(); job?.kind === 'expire'; job = jobs.pop()) {
    const now = nowOf(done);
    done += 1;
    const deps = {
      readSettings: async () => ({ ...DEFAULT_SETTINGS, notification_retention_days: retentionDays }),
      listOlderThan: (request: Parameters<typeof listOlderThan>[1]) =>
        // Two of a page, so that there are several.
        listOlderThan(table, { ...request, limit: 2 }),
      deleteNotifications: (notifications: Parameters<typeof deleteNotifications>[1]['notifications']) =>
        deleteNotifications(table, { notifications, now }),
      sendJobs: async (more: readonly Job[]) => {
        jobs.push(...more);
      },
      now: () => now,
      log: createLog(() => {}),
    };
    await expire(deps, job);
  }
  return done;
};

const items = async () => (await table.client.send(new ScanCommand({ TableName: table.name }))).Items ?? [];
const stored = async () =>
  (await items()).flatMap(({ sk, id }) => (sk === 'NOTIFICATION' && id !== undefined ? [String(id)] : [])).toSorted();
const unviewed = async (user: string) => {
  const states = await readUnreadStates(table, { user, productIds: ['p1', 'p2'] });
  return states
    .flatMap(({ counters: { total }, viewed }) => [
      total.security_gate - viewed.security_gate,
      total.task - viewed.task,
    ])
    .reduce((sum, each) => sum + Math.max(0, each), 0);
};

/** What gate-trigger and background do after a deletion. */
const followTombstones = async () => {
  for (const item of await items()) {
    const id = item['sk'] === 'NOTIFICATION' && isTombstone(item) ? notificationIdOfEntry(String(item['pk'])) : null;
    if (id !== null) await clearNotification(table, id);
  }
};

describe('the deletion of expired notifications', () => {
  it('deletes those that are older than the retention, of all products, and no others', async () => {
    for (let n = 0; n < 9; n += 1) await notified(n % 2 === 0 ? 'p1' : 'p2', daysAgo(31 + n));
    const young = [await notified('p1', daysAgo(29)), await notified('p2', NOW)];
    expect(await run(30)).toBeGreaterThan(TIMELINE_SHARDS.length);
    expect(await stored()).toEqual(young.toSorted());
  });

  it('leaves nothing of them but their tombstones, and the unread counters right', async () => {
    const [old, young] = [await notified('p1', daysAgo(31)), await notified('p1', daysAgo(29))];
    await notified('p2', daysAgo(40));
    const both = [old, young].map((id) => ({ id, type: 'security_gate' as const, product_id: 'p1' }));
    await markViewed(table, { user: 'rita', notifications: both.slice(0, 1), now: NOW });
    expect([await unviewed('rita'), await unviewed('olivia')]).toEqual([2, 3]);
    await run(30);
    await followTombstones();
    expect([await unviewed('rita'), await unviewed('olivia')]).toEqual([1, 1]);
    const left = (await items()).filter((item) => JSON.stringify(item).includes(old));
    expect(left.map(isTombstone)).toEqual([true]);
  });

  it('deletes nothing with a retention of 0', async () => {
    await notified('p1', daysAgo(4_000));
    expect(await run(0)).toBe(1);
    expect(await stored()).toHaveLength(1);
  });

  it('applies a shorter retention to notifications that exist', async () => {
    await notified('p1', daysAgo(31));
    await run(400);
    expect(await stored()).toHaveLength(1);
    await run(7);
    expect(await stored()).toEqual([]);
  });

  it('goes on behind a notification that it can not read, which stays', async () => {
    const ids = [];
    for (let n = 0; n < 12; n += 1) ids.push(await notified('p1', daysAgo(60 - n)));
    const spoilt = ids.slice(0, 6);
    for (const id of spoilt) {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: notificationKey(id),
          UpdateExpression: 'SET #type = :type',
          ExpressionAttributeNames: { '#type': 'type' },
          ExpressionAttributeValues: { ':type': 'unheard of' },
        }),
      );
    }
    await run(30);
    expect(await stored()).toEqual(spoilt.toSorted());
    expect(reported).toHaveLength(spoilt.length);
  });

  it('ends before the next run starts, which continues', async () => {
    for (let n = 0; n < 9; n += 1) await notified('p1', daysAgo(31 + n));
    await run(30, (job) => new Date(NOW.getTime() + job * 30 * 60_000));
    const left = await stored();
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(9);
    await run(30);
    expect(await stored()).toEqual([]);
  });
});
