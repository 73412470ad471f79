import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { changeMembership } from '../../../core/access/store.ts';
import { FORMAT } from '../../../core/formats/store/format.ts';
import { updateGate } from '../../../core/gates/store/gates.ts';
import { type Key, memberKey, productKey, SETTINGS_KEY, unreadCountersKey } from '../../../core/keys.ts';
import { createNotification } from '../../../core/notifications/store/notifications.ts';
import type { Item, Table } from '../../../core/platform/dynamodb/table.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { createProduct, readProduct, replaceProduct } from '../../../core/products/store/products.ts';
import { addToKeyRing, readKeyRing } from '../../../core/secrets/store.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../core/settings/model.ts';
import { readSettings, replaceSettings } from '../../../core/settings/store.ts';
import { reviseSettings } from '../../../functions/settings/revise-settings.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { someNotification } from '../notifications/some-notification.ts';

const NEXT = FORMAT.written + 1;
const now = new Date('2026-11-24T10:00:00Z');
const revision = { user: 'olivia', settings: DEFAULT_SETTINGS, now };

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

let table: Table;
beforeEach(async () => {
  table = await running.another();
  const created = newProduct('p1', { name: 'Shop' }, revision);
  expect(await createProduct(table, { created, owner: 'olivia' })).toBe('written');
  const after: Settings = reviseSettings(
    DEFAULT_SETTINGS,
    { exception_rate_limit: 60 },
    { ...revision, requestId: 'r' },
  );
  expect(await replaceSettings(table, { before: DEFAULT_SETTINGS, after, now: new Date() })).toBe('written');
});

const itemAt = async (key: Key): Promise<Item> =>
  (await table.client.send(new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }))).Item ?? {};

/** Writes an item as the next release does: with a field that this one does not know, and perhaps a number. */
const writeAhead = async (key: Key, format?: number) => {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: key,
      UpdateExpression: `SET novel = :novel${format === undefined ? '' : ', #format = :format'}`,
      ...(format !== undefined && { ExpressionAttributeNames: { '#format': 'format' } }),
      ExpressionAttributeValues: { ':novel': { kept: true }, ...(format !== undefined && { ':format': format }) },
    }),
  );
};

const NOVEL = { novel: { kept: true } };

const productNow = async () => {
  const found = await readProduct(table, { productId: 'p1', user: 'olivia' });
  if (found === null) throw new Error('No product');
  return found.product;
};

describe('after a rollback, what the next release wrote', () => {
  beforeEach(async () => {
    await writeAhead(productKey('p1'), NEXT);
    await writeAhead(SETTINGS_KEY, NEXT);
  });

  it('is read, as far as this release knows its fields', async () => {
    expect(await productNow()).toMatchObject({ name: 'Shop', version: 1 });
    expect(await readSettings(table)).toMatchObject({ exception_rate_limit: 60 });
  });

  it('keeps its fields and its format when a product is changed', async () => {
    const before = await productNow();
    const described = reviseProduct(before, { description: 'new' }, revision);
    expect(await replaceProduct(table, { before, after: described })).toBe('written');
    const renamed = reviseProduct(await productNow(), { name: 'Store' }, revision);
    expect(await replaceProduct(table, { before: await productNow(), after: renamed })).toBe('written');
    const settings = { ...DEFAULT_SETTINGS, security_gate_active: false };
    expect(await updateGate(table, { gated: await productNow(), settings, now })).toBe('flipped');
    expect(await changeMembership(table, { productId: 'p1', user: 'rita', before: null, after: 'owner' })).toBe(
      'written',
    );
    expect(await itemAt(productKey('p1'))).toMatchObject({ ...NOVEL, format: NEXT, description: 'new', name: 'Store' });
    expect(await productNow()).toMatchObject({ description: 'new', version: 5, owner_count: 2 });
  });

  it('keeps its fields and its format when the settings are changed', async () => {
    const before = await readSettings(table);
    const after = reviseSettings(before, { exception_rate_limit: 7 }, { ...revision, requestId: 'r' });
    expect(await replaceSettings(table, { before, after, now: new Date() })).toBe('written');
    expect(await itemAt(SETTINGS_KEY)).toMatchObject({ ...NOVEL, format: NEXT, exception_rate_limit: 7 });
  });

  it('is not read where it is two formats ahead', async () => {
    await writeAhead(SETTINGS_KEY, NEXT + 1);
    await expect(readSettings(table)).rejects.toThrow(`An item has format ${NEXT + 1}`);
  });

  it('keeps its fields in members, digests and the key ring, too', async () => {
    await createNotification(table, someNotification('p1', '01KAT3NDEKTSV4RRFFQ69G5FAV'));
    for (const key of [memberKey('p1', 'olivia'), unreadCountersKey('p1')]) await writeAhead(key);
    await createNotification(table, someNotification('p1', '01KAT3NDEKTSV4RRFFQ69G5FAW'));
    await changeMembership(table, { productId: 'p1', user: 'rita', before: null, after: 'owner' });
    await changeMembership(table, { productId: 'p1', user: 'olivia', before: 'owner', after: 'reader' });
    expect(await itemAt(memberKey('p1', 'olivia'))).toMatchObject({ ...NOVEL, role: 'reader' });
    expect(await itemAt(unreadCountersKey('p1'))).toMatchObject({ ...NOVEL, total: { security_gate: 2, task: 0 } });
    const key = (id: string) => ({ id, created: now.toISOString(), wrapped: 'AAAA' });
    await addToKeyRing(table, { before: [], added: { ...key('k1'), ...NOVEL } });
    await addToKeyRing(table, { before: await readKeyRing(table), added: key('k2') });
    expect((await itemAt({ pk: 'KEY_RING', sk: 'KEY_RING' }))['keys']).toEqual([{ ...key('k1'), ...NOVEL }, key('k2')]);
  });
});

describe('a format', () => {
  const root = join(import.meta.dirname, '../../..');
  const json = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const releases = z
    .array(z.object({ release: z.string(), format: z.int() }))
    .parse(json('test/fixtures/items/releases.json'));

  it('is one more than that of the release before, or the same', () => {
    for (const [position, { release, format }] of releases.entries()) {
      const before = releases[position - 1]?.format ?? 1;
      expect([before, before + 1], release).toContain(format);
    }
  });

  it('is on record for the release that this is', () => {
    const { version } = z.object({ version: z.string() }).parse(json('package.json'));
    expect(releases.at(-1)).toEqual({ release: version, format: FORMAT.written });
  });
});
