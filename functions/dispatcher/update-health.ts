import { ownerOf } from '../../core/deliveries/model.ts';
import { type ChannelHealth, healthAfter, healthOf } from '../../core/targets/health.ts';
import { type AnswerDeps, taskReport } from './answers.ts';
import type { AttemptResult } from './attempt.ts';
import type { RoutingContext } from './resolve-target.ts';

/** A channel of a product, or of the settings (null). */
type ChannelRef = { readonly productId: string | null; readonly deliveryId: string };

export type UpdateHealthDeps = AnswerDeps & {
  readonly recordHealth: (
    ref: ChannelRef,
    change: { readonly before: ChannelHealth | null; readonly after: ChannelHealth | null },
  ) => Promise<'written' | 'overtaken'>;
  readonly now: () => Date;
};

/** `before`: the stored record. `known`: the same, if it is about the present target. */
type HealthChange = {
  readonly ref: ChannelRef;
  readonly before: ChannelHealth | null;
  readonly known: ChannelHealth | null;
  readonly after: ChannelHealth | null;
};

/** Applies the results of a batch to the health of each channel, in order. Returns the channels whose health changed. */
const healthChanges = (results: readonly AttemptResult[], context: RoutingContext, now: Date): HealthChange[] => {
  const changes = new Map<string, HealthChange>();
  for (const { delivery, outcome, attempted } of results) {
    if (attempted === null) continue;
    const productId = ownerOf(delivery);
    const key = JSON.stringify([productId, delivery.delivery_id]);
    const health = context.healthOf(productId);
    const known = healthOf(health, attempted);
    const unchanged: HealthChange = {
      ref: { productId, deliveryId: delivery.delivery_id },
      before: health.get(delivery.delivery_id) ?? null,
      known,
      after: known,
    };
    const change = changes.get(key) ?? unchanged;
    const productName = productId === null ? null : (context.products.get(productId)?.name ?? null);
    const result = { target: attempted, outcome, productName, revision: delivery.claim, now };
    changes.set(key, { ...change, after: healthAfter(change.after, result) });
  }
  return [...changes.values()].filter(({ known, after }) => known !== after);
};

/**
 * Records which channels began to fail, broke, or recovered. Usually none did, and nothing is written. Runs after the
 * deliveries are settled and fails none of them: the next attempt updates the health again.
 */
export const updateHealth = async (
  deps: UpdateHealthDeps,
  results: readonly AttemptResult[],
  context: RoutingContext,
): Promise<void> => {
  const changes = healthChanges(results, context, deps.now());
  await Promise.all(
    changes.map(async ({ ref, before, after }) => {
      const fields = { product_id: ref.productId, delivery_id: ref.deliveryId };
      try {
        const outcome = await deps.recordHealth(ref, { before, after });
        deps.log.info('Channel health changed', { ...fields, broken: after?.broken_at ?? null, outcome });
      } catch (error) {
        deps.log.error('Channel health could not be recorded', { ...fields, error });
        await deps.capture(taskReport(error, null));
      }
    }),
  );
};
