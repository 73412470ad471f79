import type { Role } from '../../core/access/role.ts';
import type { Caller } from '../../core/http/caller.ts';
import type { Page, PageRequest, PageWithUnreadable } from '../../core/platform/dynamodb/page.ts';
import {
  entryOf,
  inOrder,
  isBefore,
  isByCreation,
  isNarrowed,
  type ListEntry,
  type OrderName,
  type ProductFilter,
  passes,
  type Sorted,
} from '../../core/products/list.ts';
import { searchedName } from '../../core/products/model.ts';
import type { ListRange } from '../../core/products/store/list.ts';
import type { ProductView, StoredProduct } from '../../core/products/store/products.ts';

type Membership = { readonly productId: string; readonly role: Role };

export type ListDeps = {
  readonly listAllProducts: (range: ListRange) => Promise<Page<ListEntry>>;
  readonly listMemberships: (
    user: string,
    request: PageRequest & { readonly isDescending: boolean },
  ) => Promise<Page<Membership>>;
  readonly readSorted: (productIds: readonly string[]) => Promise<readonly Sorted[]>;
  readonly readProducts: (
    productIds: readonly string[],
  ) => Promise<{ readonly products: readonly StoredProduct[]; readonly unreadable: readonly string[] }>;
};

export type ListRequest = PageRequest & {
  readonly caller: Caller;
  readonly order: OrderName;
  readonly filter: ProductFilter;
};

/** Products that a page searches in each partition for each of its rows: the time of a page is bounded, not its length. */
const REACH = 40;

/** Memberships of a request: about 1 MB. */
const MEMBERSHIPS = 5_000;

/** Up to so many products of a member are sorted here; of more, their places in the list of all are found. */
const SORTED_HERE = 200;

/** Entries of products that the caller may see, in order; `roles`: the caller's, by product. */
type Candidates = { readonly page: Page<ListEntry>; readonly roles: ReadonlyMap<string, Role> };

const rolesOf = (memberships: readonly Membership[]) =>
  new Map(memberships.map(({ productId, role }) => [productId, role]));

const readRoles = async (deps: ListDeps, user: string): Promise<ReadonlyMap<string, Role>> => {
  const memberships: Membership[] = [];
  let after: string | null = null;
  do {
    const page = await deps.listMemberships(user, { limit: MEMBERSHIPS, after, isDescending: false });
    memberships.push(...page.entries);
    after = page.next;
  } while (after !== null);
  return rolesOf(memberships);
};

/** The candidates of an administrator, who sees all products. */
const forAdministrator = async (deps: ListDeps, { order, filter, after, limit }: ListRequest): Promise<Candidates> => {
  const reach = isNarrowed(filter) ? REACH * limit : limit;
  return { page: await deps.listAllProducts({ order, filter, after, reach }), roles: new Map() };
};

/** All of them by creation are in the order of the memberships. */
const byCreation = async (deps: ListDeps, { caller, order, after, limit }: ListRequest): Promise<Candidates> => {
  const isDescending = order === '-created';
  const { entries, next } = await deps.listMemberships(caller.user, { limit, after, isDescending });
  const places = entries.map(({ productId }) => ({ productId, position: productId }));
  return { page: { entries: places, next }, roles: rolesOf(entries) };
};

const forMember = async (deps: ListDeps, request: ListRequest): Promise<Candidates> => {
  const { caller, order, filter, after, limit } = request;
  const roles = await readRoles(deps, caller.user);
  if (roles.size > SORTED_HERE) {
    const { entries, next } = await deps.listAllProducts({ order, filter, after, reach: REACH * limit });
    return { page: { entries: entries.filter(({ productId }) => roles.has(productId)), next }, roles };
  }
  const found = (await deps.readSorted([...roles.keys()])).filter((product) => passes(filter, product));
  const entries = found
    .map((product) => entryOf(order, product))
    .filter(({ position }) => after === null || isBefore(order, after, position));
  return { page: { entries: inOrder(order, entries), next: null }, roles };
};

const candidates = (deps: ListDeps, request: ListRequest): Promise<Candidates> => {
  if (request.caller.isAdministrator) return forAdministrator(deps, request);
  const isPlain = isByCreation(request.order) && !isNarrowed(request.filter);
  return isPlain ? byCreation(deps, request) : forMember(deps, request);
};

/**
 * Lists the products that a caller may see and the filter lets through. The requests for a page are bounded, so it can be
 * shorter than `limit`; only `next` shows whether more may follow. A product that changes keeps no place in the list by last
 * change: one that wasn't reached yet can be missed, and comes first in a new list.
 */
export const listProducts = async (deps: ListDeps, asked: ListRequest): Promise<PageWithUnreadable<ProductView>> => {
  const filter = { ...asked.filter, name: searchedName(asked.filter.name) };
  const { page, roles } = await candidates(deps, { ...asked, filter });
  const shown = page.entries.slice(0, asked.limit);
  const isCut = shown.length < page.entries.length;
  // The index can be behind: one that moves can be at two places, and have another name or gate by now.
  const { products, unreadable } = await deps.readProducts([...new Set(shown.map(({ productId }) => productId))]);
  return {
    entries: products
      .filter(({ product }) => passes(filter, product))
      .map((stored): ProductView => ({ ...stored, role: roles.get(stored.product.id) ?? null })),
    next: isCut ? (shown.at(-1)?.position ?? null) : page.next,
    unreadable,
  };
};
