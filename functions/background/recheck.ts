import type { GatedProduct } from '../../core/gates/store/gates.ts';
import type { JobOf } from '../../core/jobs/model.ts';
import type { Page, PageRequest } from '../../core/platform/dynamodb/page.ts';
import type { Settings } from '../../core/settings/model.ts';

export type RecheckDeps = {
  readonly readSettings: () => Promise<Settings>;
  readonly listProductIds: (request: PageRequest & { readonly upTo: string | null }) => Promise<Page<string>>;
  readonly readGatedProducts: (productIds: readonly string[]) => Promise<readonly GatedProduct[]>;
  readonly updateGate: (gated: GatedProduct, settings: Settings) => Promise<unknown>;
};

/** Products read at a time, and products written in parallel. */
const READ = 500;
const WRITERS = 10;

/**
 * Recalculates the default gate of a range of products with the current settings, and writes those that change. Safe to repeat.
 */
export const recheck = async (deps: RecheckDeps, job: JobOf<'recheck'>): Promise<void> => {
  const settings = await deps.readSettings();
  if (settings.gate_version > job.gate_version) return;
  let after = job.after;
  do {
    const page = await deps.listProductIds({ after, upTo: job.up_to, limit: READ });
    const products = await deps.readGatedProducts(page.entries);
    const queue = products[Symbol.iterator]();
    const writer = async () => {
      for (const gated of queue) await deps.updateGate(gated, settings);
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    after = page.next;
  } while (after !== null);
};
