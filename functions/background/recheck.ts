import type { GatedProduct } from '../../core/gates/store/gates.ts';
import type { JobOf } from '../../core/jobs/model.ts';
import type { Page, PageRequest } from '../../core/platform/dynamodb/page.ts';
import type { Settings } from '../../core/settings/model.ts';

export type RecheckDeps = {
  readonly readSettings: () => Promise<Settings>;
  readonly listCatalogue: (request: PageRequest & { readonly upTo: string | null }) => Promise<Page<string>>;
  readonly readGatedProducts: (productIds: readonly string[]) => Promise<readonly GatedProduct[]>;
  readonly regateProduct: (gated: GatedProduct, settings: Settings) => Promise<unknown>;
};

/** Products read in one go, and products written side by side. */
const READ = 500;
const WRITERS = 10;

/**
 * Computes the standard gate of a stretch of products anew, by the settings that rule now, and writes those that flip.
 * Running it again, or after a crash in the middle, changes nothing that is right already.
 */
export const recheck = async (deps: RecheckDeps, job: JobOf<'recheck'>): Promise<void> => {
  const settings = await deps.readSettings();
  if (settings.gate_version > job.gate_version) return;
  let after = job.after;
  do {
    const page = await deps.listCatalogue({ after, upTo: job.up_to, limit: READ });
    const products = await deps.readGatedProducts(page.entries);
    const queue = products[Symbol.iterator]();
    const writer = async () => {
      for (const gated of queue) await deps.regateProduct(gated, settings);
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    after = page.next;
  } while (after !== null);
};
