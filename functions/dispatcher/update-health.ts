import { ownerOf } from '../../core/deliveries/model.ts';
import type { ExceptionReport } from '../../core/exceptions/model.ts';
import type { Log } from '../../core/log.ts';
import { type ChannelHealth, healthAfter, healthOf } from '../../core/targets/health.ts';
import { type Attempted, type RoutingContext, taskReport } from './attempt.ts';

/** A channel of a product, or of the settings (null). */
type ChannelRef = { readonly productId: string | null; readonly deliveryId: string };

export type UpdateHealthDeps = {
  readonly recordHealth: (
    ref: ChannelRef,
    change: { readonly before: ChannelHealth | null; readonly after: ChannelHealth | null },
  ) => Promise<'written' | 'overtaken'>;
  readonly now: () => Date;
  readonly log: Log;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

type Lesson = {
  readonly ref: ChannelRef;
  readonly before: ChannelHealth | null;
  readonly known: ChannelHealth | null;
  readonly after: ChannelHealth | null;
};

/** What the tries of a batch say about each channel, the last word counting, where it is news. */
const lessonsOf = (tries: readonly Attempted[], circumstances: RoutingContext, now: Date): Lesson[] => {
  const lessons = new Map<string, Lesson>();
  for (const { delivery, outcome, tried } of tries) {
    if (tried === null) continue;
    const productId = ownerOf(delivery);
    const name = JSON.stringify([productId, delivery.delivery_id]);
    const health = circumstances.healthOf(productId);
    const known = healthOf(health, tried);
    const before = health.get(delivery.delivery_id) ?? null;
    const learned = lessons.get(name) ?? {
      before,
      known,
      after: known,
      ref: { productId, deliveryId: delivery.delivery_id },
    };
    const productName = productId === null ? null : (circumstances.products.get(productId)?.name ?? null);
    const experience = { target: tried, outcome, productName, revision: delivery.claim, now };
    lessons.set(name, { ...learned, after: healthAfter(learned.after, experience) });
  }
  return [...lessons.values()].filter(({ known, after }) => known !== after);
};

/**
 * Records which channels began to fail, broke, or work again. Nothing is written for a channel that is as it was, which is
 * nearly always. It comes after the deliveries are settled, and fails none of them: the next try learns it again.
 */
export const updateHealth = async (
  deps: UpdateHealthDeps,
  tries: readonly Attempted[],
  circumstances: RoutingContext,
): Promise<void> => {
  const lessons = lessonsOf(tries, circumstances, deps.now());
  await Promise.all(
    lessons.map(async ({ ref, before, after }) => {
      const fields = { product_id: ref.productId, delivery_id: ref.deliveryId };
      try {
        const outcome = await deps.recordHealth(ref, { before, after });
        deps.log.info('A channel changed', { ...fields, broken: after?.broken_at ?? null, outcome });
      } catch (error) {
        deps.log.error('The health of a channel could not be recorded', { ...fields, error });
        await deps.capture(taskReport(error, null));
      }
    }),
  );
};
