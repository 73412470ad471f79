import { foldName } from '../domain/product.ts';
import type { Role } from '../domain/role.ts';
import type { Caller } from '../http/caller.ts';
import type { Page, PageRequest } from '../store/page.ts';
import type { KeptProduct, ProductView } from '../store/products.ts';

export type ListDeps = {
  /** Ids of all products, in order of creation. */
  readonly listCatalogue: (request: PageRequest) => Promise<Page<string>>;
  readonly listMemberships: (
    user: string,
    request: PageRequest,
  ) => Promise<Page<{ readonly productId: string; readonly role: Role }>>;
  readonly readProducts: (productIds: readonly string[]) => Promise<KeptProduct[]>;
};

export type ListRequest = PageRequest & { readonly caller: Caller; readonly name: string };

/** A rare name ends a page after this many batches: a shorter page with a `next` beats a time-out. */
const MAX_BATCHES = 10;
const FILTERED_BATCH = 100;

type Candidate = { readonly productId: string; readonly role: Role | null };

const candidates = async (deps: ListDeps, caller: Caller, request: PageRequest): Promise<Page<Candidate>> => {
  if (!caller.isAdministrator) return await deps.listMemberships(caller.user, request);
  const { entries, next } = await deps.listCatalogue(request);
  return { entries: entries.map((productId) => ({ productId, role: null })), next };
};

const viewsOf = async (deps: ListDeps, entries: readonly Candidate[]): Promise<ProductView[]> => {
  const roles = new Map(entries.map(({ productId, role }) => [productId, role]));
  const kept = await deps.readProducts([...roles.keys()]);
  return kept.map((of) => ({ ...of, role: roles.get(of.product.id) ?? null }));
};

/**
 * The products that a caller may see, in order of creation, whose name contains `name`, ignoring case. A page can be
 * shorter than asked for: `next` alone tells whether more may follow.
 */
export const listProducts = async (deps: ListDeps, request: ListRequest): Promise<Page<ProductView>> => {
  const { caller, limit } = request;
  const wanted = foldName(request.name);
  const found: ProductView[] = [];
  let after = request.after;
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const size = wanted === '' ? limit - found.length : FILTERED_BATCH;
    const page = await candidates(deps, caller, { limit: size, after });
    for (const view of await viewsOf(deps, page.entries)) {
      if (foldName(view.product.name).includes(wanted)) found.push(view);
      if (found.length < limit) continue;
      const isLast = page.next === null && view.product.id === page.entries.at(-1)?.productId;
      return { entries: found, next: isLast ? null : view.product.id };
    }
    if (page.next === null) return { entries: found, next: null };
    after = page.next;
  }
  return { entries: found, next: after };
};
