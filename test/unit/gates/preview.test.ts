import { randomBytes } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memberItem } from '../../../core/access/store.ts';
import { NO_CHANNELS, type StoredChannel } from '../../../core/channels/model.ts';
import { NO_OBSERVATIONS } from '../../../core/gates/severity.ts';
import { updateGate } from '../../../core/gates/store/gates.ts';
import { SETTINGS_KEY } from '../../../core/keys.ts';
import type { Item, Table } from '../../../core/platform/dynamodb/table.ts';
import { sortableId } from '../../../core/platform/sortable-id.ts';
import type { Product } from '../../../core/products/model.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { newProductItems } from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../core/settings/model.ts';
import { connectSettings } from '../../../functions/settings/connect-settings.ts';
import { MOST_CHECKED, previewSettings } from '../../../functions/settings/preview-settings.ts';
import { writeItems } from '../../../local/seed/write-items.ts';
import { startBulkTable } from '../../bulk-table.ts';
import { countReads } from '../../read-counter.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { openWorld } from '../products/world.ts';

const NOW = new Date('2026-11-24T10:00:00Z');
const SETTINGS: Settings = { ...DEFAULT_SETTINGS, email_from: 'bell@example.org', version: 1 };
const admin = { user: 'alice', isAdministrator: true };
const olivia = { user: 'olivia' };

const email = (...addresses: string[]): StoredChannel => ({ kind: 'addresses', addresses });
const bus = (name: string): StoredChannel => ({ kind: 'bus', bus: name });

let made = 0;

type Wanted = Partial<Pick<Product, 'security_gate_active' | 'channels' | 'security_gate_threshold_high'>>;

/** A product with some high findings, its gate computed with the settings. */
const product = (name: string, high: number, more: Wanted = {}): Product => {
  made += 1;
  const id = sortableId(NOW.getTime() + made, randomBytes(10));
  const revision = { user: 'ci', settings: SETTINGS, now: NOW };
  const created = newProduct(id, { name, ...more }, revision);
  return reviseProduct(created, { observation_counts: { ...NO_OBSERVATIONS, high } }, revision);
};

const itemsOf = function* (products: readonly Product[]): Generator<Item> {
  yield { ...SETTINGS_KEY, ...SETTINGS };
  for (const each of products) {
    yield* newProductItems(each, 'olivia');
    for (const role of ['maintainer', 'reader'] as const) yield memberItem({ productId: each.id, user: role, role });
  }
};

let running: TestTable;
let table: Table;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());
beforeEach(async () => {
  table = await running.another();
});

const write = (products: readonly Product[]) => writeItems(table, itemsOf(products));

const everything = async () => (await table.client.send(new ScanCommand({ TableName: table.name }))).Items ?? [];

describe('a preview of the settings', () => {
  const ask = (body: object, caller: { user: string; isAdministrator?: boolean } = admin) =>
    openWorld(table).call('POST /api/settings/preview', { ...caller, body });

  it('names the products whose gates would change and counts each recipient once, and writes nothing', async () => {
    const shop = product('Shop', 3, { channels: { ...NO_CHANNELS, email: email('a@x.org', 'b@x.org') } });
    const bank = product('Bank', 5, { channels: { ...NO_CHANNELS, email: email('B@x.org'), eventbridge: bus('bus') } });
    const more = [
      product('Worse', 9, { channels: { ...NO_CHANNELS, email: email('worse@x.org') } }),
      product('Fine', 0),
      product('Own', 3, { security_gate_active: true }),
      product('Off', 3, { security_gate_active: false }),
    ];
    await write([shop, bank, ...more]);
    const before = await everything();
    const { status, body } = await ask({ security_gate_threshold_high: 5 });
    expect(status).toBe(200);
    expect(body).toEqual({
      count: 2,
      products: [
        { id: shop.id, name: 'Shop', from: 'failed', to: 'passed' },
        { id: bank.id, name: 'Bank', from: 'failed', to: 'passed' },
      ],
      recipients: [
        { channel: 'email', count: 2 },
        { channel: 'eventbridge', count: 1 },
      ],
      sample: null,
    });
    expect(await everything()).toEqual(before);
  });

  it('reads no product where no gate field changes, and counts no email without a sender', async () => {
    await write([product('Shop', 3, { channels: { ...NO_CHANNELS, email: email('a@x.org') } })]);
    const nothing = { count: 0, products: [], recipients: [], sample: null };
    expect((await ask({ security_gate_threshold_high: 0, exception_rate_limit: 1 })).body).toEqual(nothing);
    const { body } = await ask({ security_gate_active: false, email_from: '' });
    expect(body).toMatchObject({ count: 1, recipients: [] });
  });

  it('is for administrators, and takes what a change takes', async () => {
    expect((await ask({ security_gate_active: false }, olivia)).status).toBe(403);
    expect(await ask({ security_gate_threshold_high: -1 })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'security_gate_threshold_high' }] },
    });
    expect((await ask({})).status).toBe(400);
  });

  it('says what the recheck then does', async () => {
    const threshold = fc.option(fc.nat(6), { nil: undefined });
    const change = fc.record({ high: threshold, isActive: fc.option(fc.boolean(), { nil: undefined }) });
    const counts = fc.array(fc.tuple(fc.nat(7), fc.constantFrom(null, null, true, false)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(counts, change, async (all, { high, isActive }) => {
        table = await running.another();
        const products = all.map(([found, active], n) =>
          product(`P${n}`, found, { security_gate_active: active, security_gate_threshold_high: 2 }),
        );
        await write(products);
        const settings = {
          ...SETTINGS,
          ...(high !== undefined && { security_gate_threshold_high: high }),
          ...(isActive !== undefined && { security_gate_active: isActive }),
        };
        const deps = connectSettings(table);
        const preview = await previewSettings(deps, settings);
        const flipped = [];
        for (const gated of await deps.readGatedProducts(products.map(({ id }) => id))) {
          if ((await updateGate(table, { gated, settings, now: NOW })) === 'flipped') flipped.push(gated.id);
        }
        expect(preview.products.map(({ id }) => id)).toEqual(flipped.toSorted());
      }),
      { numRuns: 15 },
    );
  });

  it.each([
    { onDefault: MOST_CHECKED, others: 700, sample: null },
    { onDefault: MOST_CHECKED + 1_000, others: 1_000, sample: { checked: MOST_CHECKED, of: 3_000 } },
  ])(
    'checks all of $onDefault products on the default gate, or a sample',
    async ({ onDefault, others, sample }) => {
      const total = onDefault + others;
      const products = Array.from({ length: total }, (_, n) => {
        // Spread over the index, as products are made.
        const isOnDefault = Math.floor((n * onDefault) / total) !== Math.floor(((n - 1) * onDefault) / total);
        const channels = { ...NO_CHANNELS, email: email('team@x.org') };
        return product(`P${n}`, n % 4 === 0 ? 1 : 0, { channels, security_gate_active: isOnDefault ? null : true });
      });
      const expected = products.filter(
        (each) => each.security_gate_active === null && each.security_gate_passed === false,
      );
      const bulk = await startBulkTable(itemsOf(products));
      try {
        const { take } = countReads(bulk.table.client);
        const preview = await previewSettings(connectSettings(bulk.table), {
          ...SETTINGS,
          security_gate_threshold_high: 1,
        });
        expect(preview.products).toHaveLength(50);
        expect(preview.recipients).toEqual([{ channel: 'email', count: 1 }]);
        if (sample === null) {
          expect(preview).toMatchObject({ count: expected.length, sample });
        } else {
          expect(preview.sample?.checked).toBe(sample.checked);
          expect(Math.abs((preview.sample?.of ?? 0) - sample.of)).toBeLessThan(200);
          expect(Math.abs(preview.count - expected.length)).toBeLessThan(expected.length / 5);
        }
        expect(take().requests).toBeLessThan(70);
      } finally {
        await bulk.stop();
      }
    },
    60_000,
  );
});

describe('a preview of a product', () => {
  const ask = (id: string, body: object, user = 'maintainer') =>
    openWorld(table).call('POST /api/products/{product_id}/preview', { user, path: { product_id: id }, body });

  it('says how the gate would change and who would hear of it in the channels as they would be, and writes nothing', async () => {
    const shop = product('Shop', 3, {
      channels: { ...NO_CHANNELS, email: email('a@x.org', 'b@x.org'), eventbridge: bus('bus') },
    });
    await write([shop]);
    const before = await everything();
    const opens = { security_gate_active: true, security_gate_threshold_high: 5 };
    const change = { id: shop.id, name: 'Shop', from: 'failed', to: 'passed' };
    expect((await ask(shop.id, opens)).body).toEqual({
      count: 1,
      products: [change],
      recipients: [
        { channel: 'email', count: 2 },
        { channel: 'eventbridge', count: 1 },
      ],
      sample: null,
    });
    const slack = 'https://hooks.slack.com/services/T0/B0/x';
    const others = {
      notification_email_to: 'c@x.org',
      notification_eventbridge: '',
      notification_slack_webhook: slack,
    };
    expect((await ask(shop.id, { ...opens, ...others })).body).toMatchObject({
      recipients: [
        { channel: 'email', count: 1 },
        { channel: 'slack', count: 1 },
      ],
    });
    expect((await ask(shop.id, { security_gate_active: false })).body).toMatchObject({
      products: [{ ...change, to: 'none' }],
    });
    expect((await ask(shop.id, { security_gate_threshold_high: 2 })).body).toMatchObject({ count: 0, recipients: [] });
    expect(await everything()).toEqual(before);
  });

  it('is for maintainers, and takes what a change takes', async () => {
    const shop = product('Shop', 3);
    await write([shop]);
    expect((await ask(shop.id, { security_gate_active: false }, 'reader')).status).toBe(403);
    expect((await ask(shop.id, { security_gate_active: false }, 'nora')).status).toBe(404);
    expect(await ask(shop.id, { security_gate_active: 'on' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'security_gate_active' }] },
    });
  });
});
