import type { Delivery } from '../../core/deliveries/model.ts';
import { pausedUntil, type RateLimit } from '../../core/targets/send-slots.ts';
import { type AnswerDeps, taskReport } from './answers.ts';
import type { AttemptResult } from './attempt.ts';

export type PauseDeps = AnswerDeps & {
  readonly rateLimitOf: (delivery: Delivery) => RateLimit | null;
  readonly pauseUntil: (pause: {
    readonly rateLimit: RateLimit;
    readonly until: Date;
    readonly now: Date;
  }) => Promise<void>;
  readonly now: () => Date;
};

/**
 * Pauses a target that throttled an attempt, so that its other messages wait. If that fails, no delivery fails: the next
 * throttled attempt pauses the target again.
 */
export const pauseThrottledTarget = async (
  deps: PauseDeps,
  { delivery, outcome, attempted }: AttemptResult,
): Promise<void> => {
  const rateLimit = deps.rateLimitOf(delivery);
  const now = deps.now();
  const until = attempted === null ? null : pausedUntil(outcome, now);
  if (rateLimit === null || until === null) return;
  try {
    await deps.pauseUntil({ rateLimit, until, now });
  } catch (error) {
    deps.log.error('A throttling target could not be paused', { channel: delivery.channel, error });
    await deps.capture(taskReport(error, null));
  }
};
