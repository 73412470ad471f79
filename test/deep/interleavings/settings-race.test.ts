import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateGate } from '../../../core/gates/model.ts';
import { readGatedProducts, updateGate } from '../../../core/gates/store/gates.ts';
import { createLog } from '../../../core/log.ts';
import { sortableId } from '../../../core/platform/sortable-id.ts';
import type { Product } from '../../../core/products/model.ts';
import { newProduct } from '../../../core/products/revision.ts';
import { listProductIds } from '../../../core/products/store/product-index.ts';
import {
  createProduct,
  deleteProduct,
  readProduct,
  readProducts,
  replaceProduct,
} from '../../../core/products/store/products.ts';
import type { Settings } from '../../../core/settings/model.ts';
import { readSettings, replaceSettings } from '../../../core/settings/store.ts';
import { recheck } from '../../../functions/background/recheck.ts';
import { actOnProduct } from '../../../functions/gate-trigger/product-record.ts';
import { type ChangeDeps, changeProduct } from '../../../functions/products/change-product.ts';
import { reviseSettings } from '../../../functions/settings/revise-settings.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { testVault } from '../../vault.ts';
import { everyInterleaving, type Spawn, type Step, type Turn, type Visits } from './interleavings.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

const now = () => new Date('2026-11-24T10:00:00Z');
const counts = (critical: number) => ({ critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 });
const ALICE = { user: 'alice', requestId: 'request', now: now() };
const revision = (settings: Settings) => ({ user: 'ci', settings, now: now() });

/** What the functions touch here: the settings, and the product with its entry in the index of products. */
const READ_SETTINGS: Step = { reads: ['settings'] };
const READ_PRODUCT: Step = { reads: ['product'] };
const READ_BOTH: Step = { reads: ['settings', 'product'] };
const WRITE_SETTINGS: Step = { reads: ['settings'], writes: ['settings'] };
const WRITE_PRODUCT: Step = { reads: ['product'], writes: ['product'] };

/** The real functions on the real table, with a turn before each of their requests. */
const actors = (productId: string, spawn: Spawn) => {
  const { table } = running;

  /** What gate-trigger does with the record of a write, a batch of its own. */
  const followed = (before: Product | null, after: Product) =>
    spawn(async (turn) => {
      await turn(READ_SETTINGS);
      const settings = await readSettings(table);
      const regate = async (image: Product) => {
        await turn(WRITE_PRODUCT);
        if ((await updateGate(table, { gated: image, settings, now: now() })) === 'flipped') await followNow(image);
      };
      const deps = {
        createNotification: async () => {},
        recordHistory: async () => {},
        planReportCheck: async () => {},
        updateGate: regate,
        sendJobs: async () => {},
        log: createLog(() => {}),
      };
      await actOnProduct(deps, { before, after }, settings);
    });

  const followNow = async (before: Product) => {
    const after = (await readProducts(table, [productId])).products[0]?.product;
    if (after !== undefined) followed(before, after);
  };

  const uploads = (critical: number) => async (turn: Turn) => {
    const deps: ChangeDeps = {
      readProduct: async (id, user) => {
        await turn(READ_BOTH);
        return await readProduct(table, { productId: id, user });
      },
      replaceProduct: async (before, after) => {
        await turn(WRITE_PRODUCT);
        const outcome = await replaceProduct(table, { before, after });
        if (outcome === 'written') followed(before, after);
        return outcome;
      },
      deleteProduct: (deleted) => deleteProduct(table, deleted),
      vault: testVault,
      pause: async () => {},
      now,
    };
    const caller = { user: 'ci', isAdministrator: true, scopes: [] };
    const access = { productId, caller, needed: 'upload', requestId: 'request' } as const;
    const changed = await changeProduct(deps, access, { observation_counts: counts(critical) });
    expect(changed.kind).toBe('changed');
  };

  const creates = async (turn: Turn) => {
    await turn(READ_SETTINGS);
    const settings = await readSettings(table);
    await turn(WRITE_PRODUCT);
    const created = {
      ...newProduct(productId, { name: productId }, revision(settings)),
      observation_counts: counts(0),
    };
    await createProduct(table, { created, owner: 'olivia' });
    followed(null, created);
  };

  const rechecks = (gate_version: number) => async (turn: Turn) => {
    const job = { kind: 'recheck', gate_version, after: null, up_to: '~' } as const;
    await recheck(
      {
        readSettings: async () => {
          await turn(READ_BOTH);
          return await readSettings(table);
        },
        listProductIds: async () => {
          const { entries } = await listProductIds(table, { after: null, upTo: null, limit: 9_999 });
          return { entries: entries.filter((id) => id === productId), next: null };
        },
        readGatedProducts: async (ids) => {
          await turn(READ_PRODUCT);
          return await readGatedProducts(table, ids);
        },
        updateGate: async (gated, settings) => {
          const before = (await readProducts(table, [gated.id])).products[0]?.product;
          await turn(WRITE_PRODUCT);
          if ((await updateGate(table, { gated, settings, now: now() })) !== 'flipped') return;
          if (before !== undefined) await followNow(before);
        },
      },
      job,
    );
  };

  const changesSettings = (critical: number) => async (turn: Turn) => {
    await turn(WRITE_SETTINGS);
    const before = await readSettings(table);
    const after = reviseSettings(before, { security_gate_threshold_critical: critical }, ALICE);
    expect(await replaceSettings(table, { before, after, now: new Date() })).toBe('written');
    spawn(rechecks(after.gate_version));
  };

  return { uploads, creates, changesSettings };
};

const withThreshold = async (critical: number) => {
  const before = await readSettings(running.table);
  const after = reviseSettings(before, { security_gate_threshold_critical: critical }, ALICE);
  await replaceSettings(running.table, { before, after, now: new Date() });
  return after;
};

const freshProduct = async (critical: number, settings: Settings): Promise<string> => {
  const id = sortableId(Date.now(), randomBytes(10));
  const created = newProduct(id, { name: id }, revision(settings));
  const observed = { ...created, observation_counts: counts(critical) };
  const { passed } = evaluateGate(observed, settings);
  await createProduct(running.table, { created: { ...observed, security_gate_passed: passed }, owner: 'olivia' });
  return id;
};

/** Every product ends with the gate of the latest settings, whatever the order. */
const endsRight = (productId: () => string) => async (order: readonly number[]) => {
  const product = (await readProducts(running.table, [productId()])).products[0]?.product;
  if (product === undefined) throw new Error('The product is gone');
  const { passed } = evaluateGate(product, await readSettings(running.table));
  expect(product.security_gate_passed, `after the turns ${order.join(' ')}`).toBe(passed);
  await deleteProduct(running.table, product);
};

/** Prints how many orders there were. */
const print = (name: string, { visited, skipped }: Visits): number => {
  console.log(`${name}: ${visited} orders visited, ${skipped} given up as equal to one of them`);
  return visited;
};

describe('a product written while the settings change', () => {
  it.each([
    { name: 'loosened', from: 0, to: 5, had: 1, uploaded: 3 },
    { name: 'tightened', from: 5, to: 0, had: 1, uploaded: 3 },
  ])(
    'ends with the gate of settings that are $name, in every interleaving',
    async ({ name, from, to, had, uploaded }) => {
      let id = '';
      const visits = await everyInterleaving(
        async () => {
          id = await freshProduct(had, await withThreshold(from));
          return (spawn) => {
            const { uploads, changesSettings } = actors(id, spawn);
            spawn(uploads(uploaded));
            spawn(changesSettings(to));
          };
        },
        endsRight(() => id),
      );
      expect(print(name, visits)).toBeGreaterThan(10);
    },
  );

  it('ends right when it is created meanwhile', async () => {
    let id = '';
    const visits = await everyInterleaving(
      async () => {
        await withThreshold(0);
        id = sortableId(Date.now(), randomBytes(10));
        return (spawn) => {
          const { creates, changesSettings } = actors(id, spawn);
          spawn(creates);
          spawn(changesSettings(3));
        };
      },
      endsRight(() => id),
    );
    expect(print('created', visits)).toBeGreaterThan(10);
  });

  it('ends right when the settings change twice', async () => {
    let id = '';
    const visits = await everyInterleaving(
      async () => {
        id = await freshProduct(3, await withThreshold(0));
        return (spawn) => {
          const { changesSettings } = actors(id, spawn);
          spawn(changesSettings(5));
          spawn(changesSettings(1));
        };
      },
      endsRight(() => id),
    );
    expect(print('twice', visits)).toBeGreaterThan(10);
  });
});
