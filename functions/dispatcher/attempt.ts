import type { Delivery, Outcome, Skip } from '../../core/deliveries/model.ts';
import type { ExceptionReport } from '../../core/exceptions/model.ts';
import type { Notification } from '../../core/notifications/model.ts';
import { WEBHOOK_NOT_DECRYPTED } from '../../core/secrets/model.ts';
import type { Destination, EncryptedDestination, Target } from '../../core/targets/model.ts';
import { isNear, type RateLimit } from '../../core/targets/send-slots.ts';
import { type AnswerDeps, taskReport } from './answers.ts';
import { type RoutedDelivery, type RoutingContext, resolveTarget } from './resolve-target.ts';

export type AttemptDeps = AnswerDeps & {
  /** Decrypts a webhook; null if it can't be decrypted any more. Throws while KMS is unavailable or refuses. */
  readonly decrypt: (destination: EncryptedDestination) => Promise<Destination | null>;
  readonly deliver: (message: {
    readonly notification: Notification;
    readonly delivery: Delivery;
    readonly destination: Destination;
    readonly baseUrl: string;
  }) => Promise<Outcome>;
  /** The rate limit of a delivery's target; null if it has none. */
  readonly rateLimitOf: (delivery: Delivery) => RateLimit | null;
  /** Reserves send slots. Returns the end of the last one, in milliseconds since the epoch. */
  readonly reserveSlots: (request: {
    readonly rateLimit: RateLimit;
    readonly count: number;
    readonly now: Date;
  }) => Promise<number>;
  /** Waits until a time, in milliseconds since the epoch. */
  readonly waitUntil: (timeMs: number) => Promise<void>;
  readonly now: () => Date;
};

/** A claimed delivery. */
export type Claim = RoutedDelivery;

/** How an attempt ended. `attempted`: the target that a message was sent to; null if nothing was sent. */
export type AttemptResult = {
  readonly delivery: Delivery;
  readonly outcome: Outcome | Skip;
  readonly attempted: Target | null;
};

/** For an exception's message only the channel, so that failures to send it are one exception and not a chain of them. */
const reportArguments = ({ notification, delivery: { notification_id, delivery_id, channel } }: Claim) =>
  notification.type === 'security_gate' ? { notification_id, delivery_id } : { channel };

/** Logs and captures an internal error. It may pass or be fixed, so the delivery is retried. */
const retryAfterInternalError = async (
  deps: AttemptDeps,
  { notification_id, delivery_id, channel }: Delivery,
  { error, what, report }: { readonly error: unknown; readonly what: string; readonly report: ExceptionReport },
): Promise<Outcome> => {
  deps.log.error(what, { notification_id, delivery_id, channel, error });
  await deps.capture(report);
  const reason = `${what} (${error instanceof Error ? error.name : 'unknown'})`;
  return { kind: 'retry', afterSeconds: null, reason, burnsAttempt: true };
};

const deliver = async (deps: AttemptDeps, claim: Claim, to: { destination: Destination; baseUrl: string }) => {
  try {
    return await deps.deliver({ ...claim, ...to });
  } catch (error) {
    const { product_id } = claim.notification;
    const report = { ...taskReport(error, reportArguments(claim)), product_id };
    return await retryAfterInternalError(deps, claim.delivery, { error, what: 'Gatebell failed', report });
  }
};

const decrypt = async (
  deps: AttemptDeps,
  claim: Claim,
  { destination }: Target,
): Promise<{ readonly destination: Destination } | { readonly outcome: Outcome }> => {
  try {
    const decrypted = await deps.decrypt(destination);
    return decrypted === null
      ? { outcome: { kind: 'refused', reason: WEBHOOK_NOT_DECRYPTED } }
      : { destination: decrypted };
  } catch (error) {
    // Without ids: while KMS is unavailable all webhooks fail, which is one exception.
    const failure = { error, what: "The webhook couldn't be decrypted", report: taskReport(error, null) };
    return { outcome: await retryAfterInternalError(deps, claim.delivery, failure) };
  }
};

/**
 * A webhook that was changed after the claim has another rate limit: reserves a slot there and waits for it. Returns null when
 * the slot has come, or a retry if it is too far away.
 */
const awaitSlotOfChangedTarget = async (deps: AttemptDeps, from: Delivery, to: Delivery): Promise<Outcome | null> => {
  const rateLimit = deps.rateLimitOf(to);
  if (rateLimit === null || rateLimit.name === deps.rateLimitOf(from)?.name) return null;
  const now = deps.now();
  const slotMs = (await deps.reserveSlots({ rateLimit, count: 1, now })) - rateLimit.spacingMs;
  if (isNear(slotMs, now)) {
    await deps.waitUntil(slotMs);
    return null;
  }
  const afterSeconds = (slotMs - now.getTime()) / 1_000;
  const reason = 'The webhook was changed; other messages to it come first';
  return { kind: 'retry', afterSeconds, reason, burnsAttempt: false };
};

/** Sends a claimed delivery to its present target, so that a corrected webhook applies to waiting deliveries, too. */
export const attempt = async (deps: AttemptDeps, claim: Claim, context: RoutingContext): Promise<AttemptResult> => {
  const resolution = resolveTarget(claim, context);
  const { delivery, target } = resolution;
  if (target === null) return { delivery, outcome: resolution.outcome, attempted: null };
  const later = await awaitSlotOfChangedTarget(deps, claim.delivery, delivery);
  if (later !== null) return { delivery, outcome: later, attempted: null };
  const decrypted = await decrypt(deps, claim, target);
  if ('outcome' in decrypted) return { delivery, outcome: decrypted.outcome, attempted: null };
  const to = { destination: decrypted.destination, baseUrl: context.settings.base_url_frontend };
  return { delivery, outcome: await deliver(deps, claim, to), attempted: target };
};
