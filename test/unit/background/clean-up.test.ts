import { randomBytes } from 'node:crypto';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeMembership } from '../../../core/access/store.ts';
import type { Job } from '../../../core/jobs/model.ts';
import { deliveryKey } from '../../../core/keys.ts';
import { gateNotification, type Notification } from '../../../core/notifications/model.ts';
import { createNotification } from '../../../core/notifications/store/notifications.ts';
import { markViewed } from '../../../core/notifications/store/viewed.ts';
import { batchDelete } from '../../../core/platform/dynamodb/table.ts';
import type { Product } from '../../../core/products/model.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { listLeftovers, removeNotification } from '../../../core/products/store/leftovers.ts';
import { createProduct, deleteProduct } from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { cleanUp } from '../../../functions/background/clean-up.ts';
import { startTestTable, type TestTable } from '../../table.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

const revision = { user: 'ci', settings: DEFAULT_SETTINGS, now: new Date('2026-11-24T10:00:00Z') };
const counts = { critical: 3, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };

const made = async (): Promise<Product> => {
  const id = randomBytes(6).toString('hex');
  const created = newProduct(id, { name: id }, revision);
  await createProduct(running.table, { created, owner: 'olivia' });
  return created;
};

const flip = (product: Product, version: number): Notification => {
  const after = reviseProduct({ ...product, version }, { observation_counts: counts }, revision);
  const notification = gateNotification(product, after);
  if (notification === null) throw new Error('The gate did not flip');
  return notification;
};

const notified = async (product: Product, version: number): Promise<void> => {
  const notification = flip(product, version);
  await createNotification(running.table, notification);
  for (const channel of ['slack', 'ms_teams']) {
    const Item = { ...deliveryKey(notification.id, channel), status: 'sent' };
    await running.table.client.send(new PutCommand({ TableName: running.table.name, Item }));
  }
  for (const user of ['rita', 'nora']) {
    await markViewed(running.table, { user, now: revision.now, notifications: [notification] });
  }
};

const itemsOf = async (product: Product): Promise<number> => {
  const { Items = [] } = await running.table.client.send(new ScanCommand({ TableName: running.table.name }));
  return Items.filter((item) => JSON.stringify(item).includes(product.id)).length;
};

/** Does a job, and the jobs that it sends, until there are none; tells how many there were. */
const untilDone = async (first: Job & { kind: 'clean-up' }): Promise<number> => {
  let done = 0;
  const jobs: Job[] = [first];
  const deps = {
    listLeftovers: (productId: string, limit: number) => listLeftovers(running.table, productId, limit),
    removeNotification: (id: string) => removeNotification(running.table, id),
    deleteKeys: (keys: Parameters<typeof batchDelete>[1]) => batchDelete(running.table, keys),
    sendJobs: async (more: readonly Job[]) => {
      jobs.push(...more);
    },
  };
  for (let next = jobs.pop(); next?.kind === 'clean-up'; next = jobs.pop(), done += 1) await cleanUp(deps, next);
  return done;
};

describe('cleaning up after a deleted product', () => {
  it('takes members, notifications, deliveries and marks away, a page at a time, and nothing of others', async () => {
    const [product, other] = [await made(), await made()];
    for (let n = 0; n < 120; n += 1) {
      const change = { productId: product.id, user: `user${n}`, before: null, after: 'reader' } as const;
      await changeMembership(running.table, change);
    }
    for (let version = 1; version <= 40; version += 1) await notified(product, version);
    await notified(other, 1);
    const others = await itemsOf(other);
    await deleteProduct(running.table, product);
    const jobs = await untilDone({ kind: 'clean-up', product_id: product.id });
    expect(jobs).toBe(3);
    expect(await itemsOf(product)).toBe(0);
    expect(await itemsOf(other)).toBe(others);
    const { Items = [] } = await running.table.client.send(new ScanCommand({ TableName: running.table.name }));
    expect(Items.filter(({ sk }) => String(sk).startsWith('DELIVERY#'))).toHaveLength(2);
    expect(Items.filter(({ pk }) => String(pk).startsWith('USER#'))).toHaveLength(2);
  });

  it('leaves nothing for a notification to hang on afterwards', async () => {
    const product = await made();
    await deleteProduct(running.table, product);
    const notification = flip(product, 1);
    const written = await createNotification(running.table, notification);
    expect(written).toBe('product-deleted');
    await untilDone({ kind: 'clean-up', product_id: product.id });
    expect(await itemsOf(product)).toBe(0);
  });

  it('leaves no counters that would let one more notification be written before it is done', async () => {
    const product = await made();
    await notified(product, 1);
    await deleteProduct(running.table, product);
    expect(await createNotification(running.table, flip(product, 2))).toBe('product-deleted');
  });
});

describe('the notification of a gate change', () => {
  it('is written once, by however many at once', async () => {
    const product = await made();
    const notification = flip(product, 1);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => createNotification(running.table, notification)),
    );
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'repeated')).toHaveLength(19);
  });
});
