import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeMembership, listMembers, listMemberships, readRole } from '../../../core/access/store.ts';
import { productKey } from '../../../core/keys.ts';
import { readItems } from '../../../core/platform/dynamodb/read-items.ts';
import { sortableId } from '../../../core/platform/sortable-id.ts';
import type { Product } from '../../../core/products/model.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { listProductIds } from '../../../core/products/store/product-index.ts';
import {
  createProduct,
  deleteProduct,
  readProduct,
  readProducts,
  replaceProduct,
} from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { readSettings, replaceSettings } from '../../../core/settings/store.ts';
import { HEALTHY } from '../../../core/targets/health.ts';
import { startTestTable, type TestTable } from '../../table.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

const revision = { user: 'olivia', settings: DEFAULT_SETTINGS, now: new Date('2026-11-24T10:00:00Z') };

const made = async (name: string): Promise<Product> => {
  const created = newProduct(sortableId(Date.now(), randomBytes(10)), { name }, revision);
  expect(await createProduct(running.table, { created, owner: 'olivia' })).toBe('written');
  return created;
};

const unique = () => randomBytes(6).toString('hex');

describe('products', () => {
  it('are read back with the role of the caller and the settings', async () => {
    const created = await made(unique());
    expect(await readProduct(running.table, { productId: created.id, user: 'olivia' })).toEqual({
      product: created,
      role: 'owner',
      settings: DEFAULT_SETTINGS,
      health: HEALTHY,
    });
    expect(await readProduct(running.table, { productId: created.id, user: 'nora' })).toMatchObject({ role: null });
    expect(await readProduct(running.table, { productId: 'none', user: 'olivia' })).toBeNull();
  });

  it('leave out thresholds that are not set, so that they are below 1 KB, and store them when they are', async () => {
    const created = await made(unique());
    const read = async () => (await readItems(running.table, [productKey(created.id)]))(productKey(created.id)) ?? {};
    expect(Object.keys(await read()).filter((name) => name.startsWith('security_gate_threshold'))).toEqual([]);
    const after = reviseProduct(created, { security_gate_threshold_low: 3 }, revision);
    expect(await replaceProduct(running.table, { before: created, after })).toBe('written');
    expect(await read()).toMatchObject({ security_gate_threshold_low: 3 });
    expect((await readProducts(running.table, [created.id])).products[0]?.product).toEqual(after);
  });

  it('have names unique ignoring case, and write nothing where the name is taken', async () => {
    const name = unique();
    await made(`${name} Straße`);
    const created = newProduct(unique(), { name: `${name} STRASSE` }, revision);
    expect(await createProduct(running.table, { created, owner: 'rita' })).toBe('name-taken');
    expect((await readProducts(running.table, [created.id])).products).toEqual([]);
    expect(await readRole(running.table, { productId: created.id, user: 'rita' })).toBeNull();
    expect((await listProductIds(running.table, { after: null, upTo: null, limit: 9_999 })).entries).not.toContain(
      created.id,
    );
  });

  it('give the name to exactly one of many who want it at once', async () => {
    const name = unique();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        createProduct(running.table, { created: newProduct(unique(), { name }, revision), owner: 'o' }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
  });

  it('free a name by a rename or a deletion, and keep it where the rename fails', async () => {
    const [one, two] = [unique(), unique()];
    const product = await made(one);
    const other = await made(two);
    const renamed = reviseProduct(product, { name: two }, revision);
    expect(await replaceProduct(running.table, { before: product, after: renamed })).toBe('name-taken');
    const moved = reviseProduct(product, { name: `${one}x` }, revision);
    expect(await replaceProduct(running.table, { before: product, after: moved })).toBe('written');
    await made(one);
    expect(await deleteProduct(running.table, other)).toBe('deleted');
    await made(two);
  });

  it('can change the case of their own name', async () => {
    const product = await made(`${unique()}abc`);
    const after = reviseProduct(product, { name: product.name.toUpperCase() }, revision);
    expect(await replaceProduct(running.table, { before: product, after })).toBe('written');
  });

  it('refuse a write on top of a version that has passed', async () => {
    const before = await made(unique());
    const one = reviseProduct(before, { description: 'one' }, revision);
    const two = reviseProduct(before, { description: 'two' }, revision);
    expect(await replaceProduct(running.table, { before, after: one })).toBe('written');
    expect(await replaceProduct(running.table, { before, after: two })).toBe('conflict');
    expect(await deleteProduct(running.table, before)).toBe('conflict');
    expect(
      await replaceProduct(running.table, { before, after: reviseProduct(before, { name: unique() }, revision) }),
    ).toBe('conflict');
    expect((await readProducts(running.table, [before.id])).products).toMatchObject([{ product: one }]);
  });
});

describe('members', () => {
  let product: Product;
  beforeEach(async () => {
    product = await made(unique());
  });
  const change = (user: string, before: 'owner' | 'reader' | null, after: 'owner' | 'reader' | null) =>
    changeMembership(running.table, { productId: product.id, user, before, after });

  it('come, change and go', async () => {
    expect(await change('rita', null, 'reader')).toBe('written');
    expect(await change('rita', null, 'reader')).toBe('conflict');
    expect(await change('rita', 'reader', 'owner')).toBe('written');
    expect((await listMembers(running.table, { productId: product.id, limit: 10, after: null })).entries).toEqual([
      { user: 'olivia', role: 'owner' },
      { user: 'rita', role: 'owner' },
    ]);
    expect(await change('rita', 'owner', null)).toBe('written');
    expect(await readRole(running.table, { productId: product.id, user: 'rita' })).toBeNull();
  });

  it('never leave a product without an owner, even when all owners go at once', async () => {
    await change('rita', null, 'owner');
    await change('nora', null, 'owner');
    const users = ['olivia', 'rita', 'nora'];
    const outcomes = await Promise.all(users.map((user) => change(user, 'owner', null)));
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(2);
    expect(await change('olivia', 'owner', 'reader')).toBe('conflict');
  });

  it('cannot join a product that is gone', async () => {
    await deleteProduct(running.table, product);
    expect(await change('rita', null, 'reader')).toBe('conflict');
  });

  it('find their products page by page', async () => {
    const user = unique();
    const products = [product, await made(unique()), await made(unique())];
    for (const { id } of products) {
      await changeMembership(running.table, { productId: id, user, before: null, after: 'reader' });
    }
    const first = await listMemberships(running.table, { user, limit: 2, after: null });
    const second = await listMemberships(running.table, { user, limit: 2, after: first.next });
    const found = [...first.entries, ...second.entries].map(({ productId }) => productId);
    expect(found.toSorted()).toEqual(products.map(({ id }) => id).toSorted());
    expect(second.next).toBeNull();
  });
});

describe('settings', () => {
  it('are the defaults until one of two first writers wins', async () => {
    expect(await readSettings(running.table)).toEqual(DEFAULT_SETTINGS);
    const after = { ...DEFAULT_SETTINGS, email_from: 'gate@example.org', version: 1 };
    const write = () => replaceSettings(running.table, { before: DEFAULT_SETTINGS, after, now: new Date() });
    expect((await Promise.all([write(), write()])).toSorted()).toEqual(['conflict', 'written']);
    expect(await readSettings(running.table)).toEqual(after);
    expect(await write()).toBe('conflict');
  });
});
