import { ownerOf } from '../../core/deliveries/model.ts';
import type { RoutingContext } from '../../core/deliveries/resolve.ts';
import { type ChannelHealth, healthAfter, healthOf } from '../../core/targets/health.ts';
import { type AnswerDeps, taskReport } from './answers.ts';
import type { Sent } from './settle.ts';

/** A channel of a product, or of the settings (null). */
type ChannelRef = { readonly productId: string | null; readonly deliveryId: string };

export type UpdateHealthDeps = AnswerDeps & {
  readonly recordHealth: (
    ref: ChannelRef,
    change: { readonly before: ChannelHealth | null; readonly after: ChannelHealth | null },
  ) => Promise<'written' | 'overtaken'>;
  /** A unique id. */
  readonly newId: () => string;
  readonly now: () => Date;
};

/** `before`: the stored record. `known`: the same, if it is about the present target. */
type HealthChange = {
  readonly ref: ChannelRef;
  readonly before: ChannelHealth | null;
  readonly known: ChannelHealth | null;
  readonly after: ChannelHealth | null;
};

/** Applies what came of messages to the health of each route that they used. Returns the channels whose health changed. */
const healthChanges = (deps: UpdateHealthDeps, sendings: readonly Sent[], context: RoutingContext): HealthChange[] => {
  const changes = new Map<string, HealthChange>();
  for (const { message, attempt } of sendings) {
    if (!attempt.isAttempted) continue;
    for (const { newest } of message.groups) {
      const productId = ownerOf(newest);
      const key = JSON.stringify([productId, newest.delivery_id]);
      if (changes.has(key)) continue;
      const target = { ...message.target, delivery_id: newest.delivery_id };
      const health = context.healthOf(productId);
      const known = healthOf(health, target);
      const productName = productId === null ? null : (context.products.get(productId)?.name ?? null);
      const result = { target, outcome: attempt.outcome, productName, revision: deps.newId(), now: deps.now() };
      changes.set(key, {
        ref: { productId, deliveryId: newest.delivery_id },
        before: health.get(newest.delivery_id) ?? null,
        known,
        after: healthAfter(known, result),
      });
    }
  }
  return [...changes.values()].filter(({ known, after }) => known !== after);
};

/**
 * Records which channels began to fail, broke, or recovered. Usually none did, and nothing is written. Runs after the
 * deliveries are settled and fails none of them: the next attempt updates the health again.
 */
export const updateHealth = async (
  deps: UpdateHealthDeps,
  sendings: readonly Sent[],
  context: RoutingContext,
): Promise<void> => {
  const changes = healthChanges(deps, sendings, context);
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
