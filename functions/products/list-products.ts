import type { Role } from '../../core/access/role.ts';
import type { Caller } from '../../core/http/caller.ts';
import type { Page, PageRequest, PageWithUnreadable } from '../../core/platform/dynamodb/page.ts';
import { foldName } from '../../core/products/model.ts';
import type { ProductView, StoredProduct } from '../../core/products/store/products.ts';

export type ListDeps = {
  /** Ids of all products, in order of creation. */
  readonly listProductIds: (request: PageRequest) => Promise<Page<string>>;
  readonly listMemberships: (
    user: string,
    request: PageRequest,
  ) => Promise<Page<{ readonly productId: string; readonly role: Role }>>;
  readonly readProducts: (
    productIds: readonly string[],
  ) => Promise<{ readonly products: readonly StoredProduct[]; readonly unreadable: readonly string[] }>;
};

export type ListRequest = PageRequest & { readonly caller: Caller; readonly name: string };

/** If few names match, the page ends after this many batches, with a `next`, to avoid a timeout. */
const MAX_BATCHES = 10;
const FILTERED_BATCH = 100;

type Candidate = { readonly productId: string; readonly role: Role | null };

const candidates = async (deps: ListDeps, caller: Caller, request: PageRequest): Promise<Page<Candidate>> => {
  if (!caller.isAdministrator) return await deps.listMemberships(caller.user, request);
  const { entries, next } = await deps.listProductIds(request);
  return { entries: entries.map((productId) => ({ productId, role: null })), next };
};

const viewsOf = async (deps: ListDeps, entries: readonly Candidate[]) => {
  const roles = new Map(entries.map(({ productId, role }) => [productId, role]));
  const { products, unreadable } = await deps.readProducts([...roles.keys()]);
  const views = products.map(
    (keptProduct): ProductView => ({ ...keptProduct, role: roles.get(keptProduct.product.id) ?? null }),
  );
  return { views, unreadable };
};

/**
 * Lists the products that a caller may see whose name contains `name`, ignoring case, oldest first. A page can be shorter than
 * `limit`; only `next` shows whether more may follow.
 */
export const listProducts = async (deps: ListDeps, request: ListRequest): Promise<PageWithUnreadable<ProductView>> => {
  const { caller, limit } = request;
  const wanted = foldName(request.name);
  const found: ProductView[] = [];
  const unreadable: string[] = [];
  let after = request.after;
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const size = wanted === '' ? limit - found.length : FILTERED_BATCH;
    const page = await candidates(deps, caller, { limit: size, after });
    const read = await viewsOf(deps, page.entries);
    unreadable.push(...read.unreadable);
    for (const view of read.views) {
      if (foldName(view.product.name).includes(wanted)) found.push(view);
      if (found.length < limit) continue;
      const isLast = page.next === null && view.product.id === page.entries.at(-1)?.productId;
      return { entries: found, next: isLast ? null : view.product.id, unreadable };
    }
    if (page.next === null) return { entries: found, next: null, unreadable };
    after = page.next;
  }
  return { entries: found, next: after, unreadable };
};
