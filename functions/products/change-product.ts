import { channelsIn } from '../../core/channels/model.ts';
import { problem } from '../../core/http/problem.ts';
import type { Reply } from '../../core/http/reply.ts';
import type { CountsReport } from '../../core/products/counts-report.ts';
import type { Product, ProductChange } from '../../core/products/model.ts';
import { reviseProduct } from '../../core/products/revision.ts';
import { encryptChannels } from '../../core/secrets/encrypt-channels.ts';
import type { WebhookSecrets } from '../../core/secrets/webhook-secrets.ts';
import { failingAmong, HEALTHY, withoutChannels } from '../../core/targets/health.ts';
import { type AccessRequest, type OpenedProduct, openProduct, type ReadProduct } from './access.ts';

export type ChangeDeps = {
  readonly readProduct: ReadProduct;
  /** `healed` names channels whose failures the write clears. */
  readonly replaceProduct: (
    before: Product,
    after: Product,
    healed: readonly string[],
  ) => Promise<'written' | 'conflict' | 'name-taken'>;
  readonly deleteProduct: (deleted: Product) => Promise<'deleted' | 'conflict'>;
  readonly vault: WebhookSecrets;
  readonly pause: (attempt: number) => Promise<void>;
  readonly now: () => Date;
};

export type Changed =
  | { readonly kind: 'changed'; readonly view: OpenedProduct }
  | { readonly kind: 'refused'; readonly reply: Reply };

/** Concurrent writers of one product give up after some seconds. */
const MAX_TRIES = 12;

export const nameTaken = (): Reply =>
  problem('conflict', { errors: [{ path: 'name', message: 'Another product has this name' }] });

const refused = (reply: Reply): Changed => ({ kind: 'refused', reply });

/** Reads the product and runs `act`, and repeats both while another request changes the product. */
const retryingConflicts = async (
  deps: ChangeDeps,
  access: AccessRequest,
  act: (opened: OpenedProduct) => Promise<Changed | 'conflict'>,
): Promise<Changed> => {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const opening = await openProduct(deps.readProduct, access);
    if (opening.kind === 'refused') return opening;
    const outcome = await act(opening.opened);
    if (outcome !== 'conflict') return outcome;
    await deps.pause(attempt);
  }
  return refused(problem('conflict', { detail: 'The product is being changed by others; try again' }));
};

type Change = ProductChange | CountsReport;

const encryptChange = async (deps: ChangeDeps, { id: productId, channels: before }: Product, change: Change) => {
  if ('observation_counts' in change) return change;
  return { ...change, channels: await encryptChannels(deps, { productId, before, change: change.channels }) };
};

/** Changes the latest version of a product, so that no concurrent update is lost. */
export const changeProduct = (
  deps: ChangeDeps,
  access: AccessRequest & { readonly requestId: string },
  change: Change,
): Promise<Changed> =>
  retryingConflicts(deps, access, async (opened) => {
    const { product, role, settings, health = HEALTHY } = opened;
    const { requestId } = access;
    // The SDK repeated a write whose response was lost, and found its own first attempt.
    if (product.request_id === requestId) return { kind: 'changed', view: opened };
    const revision = { user: access.caller.user, settings, now: deps.now(), requestId };
    const after = reviseProduct(product, await encryptChange(deps, product, change), revision);
    const healed = failingAmong(health, 'channels' in change ? channelsIn(change.channels) : []);
    const outcome = await deps.replaceProduct(product, after, healed);
    if (outcome === 'name-taken') return refused(nameTaken());
    return outcome === 'written'
      ? { kind: 'changed', view: { product: after, role, settings, health: withoutChannels(health, healed) } }
      : 'conflict';
  });

/** Deletes a product. The gate trigger then starts the clean-up of its data. */
export const removeProduct = (deps: ChangeDeps, access: AccessRequest): Promise<Changed> =>
  retryingConflicts(deps, access, async ({ product, role, settings }) => {
    const outcome = await deps.deleteProduct(product);
    return outcome === 'deleted' ? { kind: 'changed', view: { product, role, settings } } : 'conflict';
  });
