import { evaluateGate, gateStateOf } from '../../core/gates/model.ts';
import { countRecipients, MOST_NAMED, type Preview, reachable } from '../../core/gates/preview.ts';
import type { GatedProduct } from '../../core/gates/store/gates.ts';
import { inChunks } from '../../core/platform/chunks.ts';
import type { Page, PageRequest } from '../../core/platform/dynamodb/page.ts';
import type { StoredProduct } from '../../core/products/store/products.ts';
import type { Settings } from '../../core/settings/model.ts';
import { targetsOf } from '../../core/targets/model.ts';

export type PreviewDeps = {
  readonly listProductIds: (request: PageRequest) => Promise<Page<string>>;
  readonly readGatedProducts: (productIds: readonly string[]) => Promise<readonly GatedProduct[]>;
  readonly readProducts: (
    productIds: readonly string[],
  ) => Promise<{ readonly products: readonly Required<StoredProduct>[] }>;
};

/** Up to this many products on the default gate, all are checked. */
export const MOST_CHECKED = 2_000;

/** Ids in one request for them (1 MB), products in one read, and reads in parallel. */
const IDS = 10_000;
const READ = 100;
const IN_PARALLEL = 10;

const listAllIds = async ({ listProductIds }: PreviewDeps): Promise<string[]> => {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: Page<string> = await listProductIds({ after, limit: IDS });
    ids.push(...page.entries);
    after = page.next;
  } while (after !== null);
  return ids;
};

/** The random end of an id (`sortableId`): an order by it is that of no one's making, and the same each time. */
const randomEnd = (id: string): string => id.slice(-16);

const shuffled = (ids: readonly string[]): string[] =>
  ids.toSorted((one, other) => (randomEnd(one) < randomEnd(other) ? -1 : 1));

const readInParts = async <Entity>(
  ids: readonly string[],
  read: (part: readonly string[]) => Promise<readonly Entity[]>,
): Promise<Entity[]> => {
  const found: Entity[] = [];
  for (const parts of inChunks(inChunks(ids, READ), IN_PARALLEL)) {
    found.push(...(await Promise.all(parts.map(read))).flat());
  }
  return found;
};

type Checked = { readonly products: readonly GatedProduct[]; readonly sample: Preview['sample'] };

/** The products on the default gate, or a random sample of them. */
const readChecked = async (deps: PreviewDeps): Promise<Checked> => {
  const ids = shuffled(await listAllIds(deps));
  const products: GatedProduct[] = [];
  let read = 0;
  while (read < ids.length && products.length <= MOST_CHECKED) {
    const next = ids.slice(read, read + READ * IN_PARALLEL);
    const gated = await readInParts(next, deps.readGatedProducts);
    products.push(...gated.filter(({ security_gate_active }) => security_gate_active === null));
    read += next.length;
  }
  if (products.length <= MOST_CHECKED) return { products, sample: null };
  const of = Math.round((products.length / read) * ids.length);
  return { products: products.slice(0, MOST_CHECKED), sample: { checked: MOST_CHECKED, of } };
};

const byId = (one: { readonly id: string }, other: { readonly id: string }): number => (one.id < other.id ? -1 : 1);

/** What other settings would do to the products on the default gate, and whom that would notify. Writes nothing. */
export const previewSettings = async (deps: PreviewDeps, settings: Settings): Promise<Preview> => {
  const checked = await readChecked(deps);
  const changing = checked.products
    .flatMap((product) => {
      const { passed } = evaluateGate(product, settings);
      const { id, security_gate_passed: before } = product;
      return passed === before ? [] : [{ id, from: gateStateOf(before), to: gateStateOf(passed) }];
    })
    .toSorted(byId);
  const ids = changing.map(({ id }) => id);
  const found = await readInParts(ids, async (part) => (await deps.readProducts(part)).products);
  const names = new Map(found.map(({ product }) => [product.id, product.name]));
  const targets = found.flatMap(({ product, health }) =>
    reachable(targetsOf({ type: 'security_gate' }, { product, settings }), health),
  );
  const { sample } = checked;
  return {
    count: sample === null ? changing.length : Math.round((changing.length / sample.checked) * sample.of),
    products: changing.slice(0, MOST_NAMED).map((change) => ({ ...change, name: names.get(change.id) ?? change.id })),
    recipients: countRecipients(targets.map(({ key, destination: { channel } }) => ({ channel, key }))),
    sample,
  };
};
