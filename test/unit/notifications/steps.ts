import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { changeMembership } from '../../../core/access/store.ts';
import type { Job } from '../../../core/jobs/model.ts';
import { NOT_APPLICABLE, type Notification } from '../../../core/notifications/model.ts';
import { createNotification } from '../../../core/notifications/store/notifications.ts';
import { batchDelete, type Table } from '../../../core/platform/dynamodb/table.ts';
import { sortableId } from '../../../core/platform/sortable-id.ts';
import type { Product } from '../../../core/products/model.ts';
import { clearNotification, listLeftovers, removeNotification } from '../../../core/products/store/leftovers.ts';
import { deleteProduct, readProduct } from '../../../core/products/store/products.ts';
import { cleanUp } from '../../../functions/background/clean-up.ts';
import type { Model } from '../../deep/model/model.ts';
import type { ShownPage, World } from './world.ts';

/** Few of each, so that every way to find a page's candidates is taken; digests hold a hundred in any case. */
export const SIZES = { few: 1, many: 3, exhausted: 1 };

export const USERS = ['ann', 'ben', 'cid', 'admin'] as const;

/** The real thing beside the model. */
export type Real = {
  readonly table: Table;
  readonly world: World;
  /** The same where the index of memberships tells what it told before the last change. */
  readonly staleWorld: World;
  /** What that is: products by user, as they were. */
  readonly past: Map<string, ReadonlySet<string>>;
  readonly products: readonly Product[];
  /** Of deleted notifications that the background has not come to yet. */
  readonly jobs: string[];
  /** Products that are deleted. */
  readonly gone: Set<string>;
  clockMs: number;
};

type Pick = { readonly pick: number };
const at = <T>(list: readonly T[], { pick }: Pick): T | undefined => list[pick % Math.max(1, list.length)];

const callOf = (user: string) => ({ user, isAdministrator: user === 'admin' });

export const notificationOf = (type: Notification['type'], productId: string | null, timeMs: number): Notification => ({
  ...NOT_APPLICABLE,
  id: sortableId(timeMs, randomBytes(10)),
  type,
  name: `${type} ${timeMs % 7 === 0 ? 'Rare' : 'common'}`,
  message: `message ${timeMs % 2 === 0 ? 'Secret' : 'plain'}`,
  created: new Date(timeMs).toISOString(),
  product_id: productId,
  product_name: productId,
  function: type === 'security_gate' ? null : `job-${timeMs % 3}`,
  arguments: type === 'security_gate' ? null : '{"password":"hidden"}',
  user: timeMs % 3 === 0 ? 'ci-pipeline' : null,
  to: type === 'security_gate' ? 'failed' : null,
});

/** Pages until there are none, with something done between them. */
const walk = async (
  { world }: { readonly world: World },
  { user, query, between }: { user: string; query: Record<string, string>; between?: () => Promise<void> },
): Promise<ShownPage['results']> => {
  const shown: ShownPage['results'] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await world.page({ ...callOf(user), query: { ...query, ...(cursor === '' ? {} : { cursor }) } });
    expect(page.results.length).toBeLessThanOrEqual(Number(query['limit'] ?? 25));
    shown.push(...page.results);
    cursor = page.next;
    await between?.();
  }
  return shown;
};

export const clean = async ({ table, jobs }: Real): Promise<void> => {
  for (const id of jobs.splice(0)) await clearNotification(table, id);
};

const notify = async (model: Model, real: Real, of: Notification): Promise<void> => {
  const isGone = model.deleted.has(of.id) || model.notifications.has(of.id);
  const outcome = await createNotification(real.table, of);
  if (of.product_id !== null && real.gone.has(of.product_id)) return expect(outcome).not.toBe('written');
  expect(outcome).toBe(isGone ? 'repeated' : 'written');
  if (outcome === 'written') model.notifications.set(of.id, of);
};

const remove = async (model: Model, real: Real, user: string, ids: readonly string[]): Promise<void> => {
  const expected = ids.map((id) => {
    const of = model.notifications.get(id);
    if (of === undefined || !model.sees(user, of)) return { id, result: 'not_found' };
    const may = user === 'admin' || model.roleOf(user, of.product_id) === 'owner';
    return { id, result: may ? 'deleted' : 'forbidden' };
  });
  const { status, body } = await real.world.call('POST /api/notifications/bulk_delete', {
    ...callOf(user),
    body: { notifications: ids },
  });
  expect({ status, body }).toEqual({ status: 200, body: { results: expected } });
  for (const { id, result } of expected) {
    if (result !== 'deleted') continue;
    model.delete(id);
    real.jobs.push(id);
  }
};

const known = (model: Model): string[] => [...model.notifications.keys(), ...model.deleted.keys()];

export type Step = fc.AsyncCommand<Model, Real>;

const step = (name: string, run: (model: Model, real: Real) => Promise<void>): Step => ({
  check: () => true,
  run,
  toString: () => name,
});

const user = fc.constantFrom(...USERS);
const pick = fc.nat(1_000).map((nat): Pick => ({ pick: nat }));
const picks = fc.array(pick, { minLength: 1, maxLength: 30 });

const limit = fc.constantFrom('1', '7', '25', '100');

const filters = {
  type: fc.constantFrom('security_gate', 'task', 'exception'),
  product: pick,
  name: fc.constantFrom('rare', 'COMMON', 'nothing'),
  message: fc.constantFrom('secret', 'plain', '...'),
  function: fc.constantFrom('job-1', 'JOB'),
  search: fc.constantFrom('rare', 'SECRET rare', 'job-1 common', 'task message', '...', 'common nothing', 'failed its'),
  user: fc.constantFrom('PIPE', 'nothing'),
  productPart: pick,
  fromMs: fc.nat(4_000),
  toMs: fc.nat(4_000),
  exclude_already_viewed: fc.constantFrom('true', 'false'),
};

const any = fc.record({ ...filters, limit }, { requiredKeys: ['limit'] });

type Wanted = typeof any extends fc.Arbitrary<infer W> ? W : never;

/** Mostly one: of many at once hardly anything is left. */
const filter: fc.Arbitrary<Wanted> = fc
  .tuple(any, fc.record({ ...filters, limit }), fc.nat(7))
  .map(([many, { limit: size, type, name, message, search, fromMs, toMs, exclude_already_viewed }, which]) => {
    const one = [{}, { type }, { name }, { message }, { search }, { fromMs, toMs }, { exclude_already_viewed }][which];
    return one === undefined ? many : { ...one, limit: size };
  });

const queryOf = (real: Real, { product, productPart, fromMs, toMs, ...rest }: Wanted) => {
  const product_id = product === undefined ? undefined : at(real.products, product)?.id;
  const product_name = productPart && at(real.products, productPart)?.id.slice(5).toLowerCase();
  const ago = (ms: number | undefined) => (ms === undefined ? undefined : new Date(real.clockMs - ms).toISOString());
  const wanted = { ...rest, product_id, product_name, created_from: ago(fromMs), created_to: ago(toMs) };
  const entries = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
};

const notifies = fc
  .tuple(fc.constantFrom('security_gate', 'task', 'exception'), fc.option(pick, { freq: 8 }), fc.nat(3_000))
  .map(([type, product, agoMs]) =>
    step(`notify ${type} ${agoMs}`, async (model, real) => {
      real.clockMs += 1_000;
      const productId = product === null ? null : (at(real.products, product)?.id ?? null);
      // A gate needs a product; others can do without. Some come later than younger ones.
      await notify(model, real, notificationOf(productId === null ? 'task' : type, productId, real.clockMs - agoMs));
    }),
  );

const notifiesAgain = pick.map((which) =>
  step('notify again', async (model, real) => {
    for (const other of [at([...model.notifications.values()], which), at([...model.deleted.values()], which)]) {
      if (other !== undefined) await notify(model, real, other);
    }
  }),
);

const changesMember = fc.tuple(user, pick, fc.constantFrom('reader', 'owner', null)).map(([who, product, after]) =>
  step(`${who} becomes ${after}`, async (model, real) => {
    const productId = at(real.products, product)?.id ?? '';
    const before = model.roleOf(who, productId) ?? null;
    if (before === after || real.gone.has(productId)) return;
    real.past.set(who, new Set(model.productsOf(who)));
    expect(await changeMembership(real.table, { productId, user: who, before, after })).toBe('written');
    if (after === null) model.members.delete(`${productId} ${who}`);
    else model.members.set(`${productId} ${who}`, after);
  }),
);

const walks = fc.tuple(user, filter).map(([who, wanted]) =>
  step(`${who} walks ${JSON.stringify(wanted)}`, async (model, real) => {
    const query = queryOf(real, wanted);
    expect(await walk(real, { user: who, query })).toEqual(model.list(who, query));
  }),
);

/** Behind a stale index nothing is shown that is not the reader's now; what may be missing is what came since. */
const walksBehind = fc.tuple(user, filter).map(([who, wanted]) =>
  step(`${who} walks behind ${JSON.stringify(wanted)}`, async (model, real) => {
    const query = queryOf(real, wanted);
    const past = real.past.get(who) ?? new Set();
    const isAsked = who !== 'admin' && query['product_id'] === undefined && past.size <= SIZES.many;
    const expected = model.list(who, query).filter(({ product_id }) => !isAsked || past.has(product_id ?? ''));
    expect(await walk({ world: real.staleWorld }, { user: who, query })).toEqual(expected);
  }),
);

/** Between the pages some come, and some go: whatever was there all the time is shown once, and nothing is shown twice. */
const walksInTraffic = fc.tuple(user, filter, picks).map(([who, wanted, gone]) =>
  step(`${who} walks in traffic ${JSON.stringify(wanted)}`, async (model, real) => {
    const query = { ...queryOf(real, wanted), exclude_already_viewed: 'false' };
    const before = model.list(who, query);
    const going = [...gone];
    const between = async () => {
      real.clockMs += 1_000;
      await notify(model, real, notificationOf('security_gate', real.products[0]?.id ?? '', real.clockMs));
      const which = going.pop();
      const id = which === undefined ? undefined : at([...model.notifications.keys()], which);
      if (id !== undefined) await remove(model, real, 'admin', [id]);
    };
    const shown = await walk(real, { user: who, query, between });
    expect(new Set(shown.map(({ id }) => id)).size).toBe(shown.length);
    const stayed = before.filter(({ id }) => model.notifications.has(id));
    const ids = new Set(stayed.map(({ id }) => id));
    expect(shown.filter(({ id }) => ids.has(id))).toEqual(stayed);
  }),
);

const reads = fc.tuple(user, pick).map(([who, which]) =>
  step(`${who} reads`, async (model, real) => {
    const id = at(known(model), which) ?? '';
    const of = model.notifications.get(id);
    const { status, body } = await real.world.call('GET /api/notifications/{notification_id}', {
      ...callOf(who),
      path: { notification_id: id },
    });
    if (of === undefined || !model.sees(who, of)) return expect(status).toBe(404);
    expect({ status, body }).toMatchObject({ status: 200, body: { ...model.shown(who, of), deliveries: [] } });
  }),
);

const marks = fc.tuple(user, picks).map(([who, which]) =>
  step(`${who} marks`, async (model, real) => {
    const ids = [...new Set(which.flatMap((one) => at(known(model), one) ?? []))];
    const expected = ids.map((id) => {
      const of = model.notifications.get(id);
      return { id, result: of !== undefined && model.sees(who, of) ? 'marked' : 'not_found' };
    });
    const { status, body } = await real.world.call('POST /api/notifications/bulk_mark_as_viewed', {
      ...callOf(who),
      body: { notifications: ids },
    });
    expect({ status, body }).toEqual({ status: 200, body: { results: expected } });
    for (const { id, result } of expected) if (result === 'marked') model.viewed.add(`${who} ${id}`);
  }),
);

/** All up to one that somebody sees, or does not, of a type or product or of none. */
const marksAll = fc
  .tuple(user, pick, fc.option(fc.constantFrom('security_gate', 'task')), fc.option(pick))
  .map(([who, which, type, product]) =>
    step(`${who} marks all of ${type} ${product?.pick}`, async (model, real) => {
      const upTo = at(known(model), which) ?? '';
      const of = model.notifications.get(upTo);
      const productId = product === null ? null : (at(real.products, product)?.id ?? null);
      const isThere =
        of !== undefined &&
        model.sees(who, of) &&
        (productId === null || who === 'admin' || model.roleOf(who, productId) !== undefined);
      const { status } = await real.world.call('POST /api/notifications/mark_all_as_viewed', {
        ...callOf(who),
        body: { up_to: upTo, ...(type !== null && { type }), ...(productId !== null && { product_id: productId }) },
      });
      expect(status).toBe(isThere ? 204 : 404);
      if (!isThere) return;
      model.allMarks.push({
        user: who,
        reaches: ({ id, type: other, product_id }) =>
          id <= upTo &&
          (type === null ? who === 'admin' || other !== 'exception' : other === type) &&
          (productId === null || product_id === productId),
      });
    }),
  );

const deletes = fc.tuple(user, picks).map(([who, which]) =>
  step(`${who} deletes`, async (model, real) => {
    const ids = [...new Set(which.slice(0, 10).flatMap((one) => at(known(model), one) ?? []))];
    await remove(model, real, who, ids);
  }),
);

const counts = user.map((who) =>
  step(`${who} counts`, async (model, real) => {
    await clean(real);
    const { body } = await real.world.call('GET /api/notifications/unviewed_count', callOf(who));
    const count = model.list(who, { exclude_already_viewed: 'true' }).length;
    const more = count > 100;
    const shown = Math.min(count, 100);
    expect(body).toEqual({ count: shown, more, text: more ? '100+' : `${shown}` });
  }),
);

const cleanUpAfter = async (table: Table, productId: string): Promise<void> => {
  const jobs: Job[] = [{ kind: 'clean-up', product_id: productId }];
  for (let job = jobs.pop(); job?.kind === 'clean-up'; job = jobs.pop()) {
    await cleanUp(
      {
        listLeftovers: (id, limit) => listLeftovers(table, id, limit),
        removeNotification: (id) => removeNotification(table, id),
        deleteKeys: (keys) => batchDelete(table, keys),
        sendJobs: async (more) => void jobs.push(...more),
      },
      job,
    );
  }
};

const deletesProduct = pick.map((which) =>
  step('a product is deleted', async (model, real) => {
    const found = at(real.products, which);
    const opened = found && (await readProduct(real.table, { productId: found.id, user: 'admin' }));
    if (!opened) return;
    expect(await deleteProduct(real.table, opened.product)).toBe('deleted');
    await cleanUpAfter(real.table, opened.product.id);
    for (const { id, product_id } of [...model.notifications.values()]) {
      if (product_id === opened.product.id) model.delete(id);
    }
    for (const key of model.members.keys()) if (key.startsWith(`${opened.product.id} `)) model.members.delete(key);
    real.gone.add(opened.product.id);
  }),
);

/** All that can happen, as often as it should. */
export const STEPS: readonly fc.Arbitrary<Step>[] = [
  ...[notifies, notifies, notifies, notifies],
  ...[walks, walks, walks],
  ...[walksBehind, walksBehind],
  ...[marks, marks, marksAll],
  ...[changesMember, changesMember],
  ...[deletes, counts, reads, walksInTraffic, notifiesAgain, notifiesAgain, deletesProduct],
];
