import { FUNCTION } from '../../core/contract.ts';
import { outcomeBeforeSending } from '../../core/deliveries/lifecycle.ts';
import { type Delivery, type Outcome, ownerOf, type Skip, skipFor } from '../../core/deliveries/model.ts';
import { skipSuperseded } from '../../core/deliveries/superseded.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import type { Log } from '../../core/log.ts';
import type { Notification } from '../../core/notifications/model.ts';
import type { Product } from '../../core/products/model.ts';
import { DOES_NOT_OPEN } from '../../core/secrets/model.ts';
import type { Settings } from '../../core/settings/model.ts';
import { type Health, outcomeForGone } from '../../core/targets/health.ts';
import { type Destination, type EncryptedDestination, type Target, targetsOf } from '../../core/targets/model.ts';
import { isNear, type Line } from '../../core/targets/send-slots.ts';
import { type SuppressedAddresses, skipForComplaint } from '../../core/targets/suppressed-address.ts';

/** What says where messages go now, which may be elsewhere than when the delivery was made, and how the channels are. */
export type RoutingContext = {
  readonly settings: Settings;
  readonly products: Pick<ReadonlyMap<string, Product>, 'get'>;
  /** Of a product's channels, or of those of the settings (null). */
  readonly healthOf: (productId: string | null) => Health;
  readonly suppressed: SuppressedAddresses;
};

export type AttemptDeps = {
  /** Opens a sealed webhook; null where it does not open. Throws while KMS is away, or refuses. */
  readonly open: (sealed: EncryptedDestination) => Promise<Destination | null>;
  readonly deliver: (parcel: {
    readonly notification: Notification;
    readonly delivery: Delivery;
    readonly destination: Destination;
    readonly baseUrl: string;
  }) => Promise<Outcome>;
  /** The line that a delivery stands in, or null. */
  readonly lineOf: (delivery: Delivery) => Line | null;
  /** Reserves slots; tells when the line is free again, behind the last of them, in milliseconds. */
  readonly reserveSlots: (request: {
    readonly line: Line;
    readonly count: number;
    readonly now: Date;
  }) => Promise<number>;
  /** Returns at a time, in milliseconds, or at once where it has passed. */
  readonly waitUntil: (timeMs: number) => Promise<void>;
  readonly now: () => Date;
  readonly log: Log;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

/** A delivery, and the notification that it brings. */
export type Loaded = { readonly delivery: Delivery; readonly notification: Notification };

/** A claimed delivery, and whether this is a late try: it must not overtake newer messages. */
export type Claim = Loaded & { readonly isLate: boolean };

/** The delivery, with how that ended, and the target that was tried; null where there was no try. */
export type Attempted = {
  readonly delivery: Delivery;
  readonly outcome: Outcome | Skip;
  readonly tried: Target | null;
};

const productOf = ({ notification: { product_id } }: Claim, sources: RoutingContext): Product | null =>
  product_id === null ? null : (sources.products.get(product_id) ?? null);

const noTarget = ({ delivery }: Claim, product: Product | null): Skip => {
  if (delivery.source === 'product' && product === null)
    return { kind: 'skipped', code: 'product_deleted', reason: 'The product was deleted' };
  const reason =
    delivery.channel === 'email' ? 'The address is not on the list any more' : 'No webhook is set any more';
  return { kind: 'skipped', code: 'target_removed', reason };
};

/** Of a message about an exception only the channel: else each failure to bring one would be another, and so on. */
const argumentsOf = ({ type }: Notification, { notification_id, delivery_id, channel }: Delivery) =>
  type === 'security_gate' ? { notification_id, delivery_id } : { channel };

/** A failure of the dispatcher itself, as the exception that it is. */
export const taskReport = (error: unknown, args: ExceptionReport['arguments']): ExceptionReport =>
  taskFailure(error, { function: FUNCTION.dispatcher, arguments: args });

/** A failure on our side: it is tried again as any other, as it may pass or be mended, and shows in the log. */
const failedHere = async (
  deps: AttemptDeps,
  { notification_id, delivery_id, channel }: Delivery,
  { error, what, report }: { readonly error: unknown; readonly what: string; readonly report: ExceptionReport },
): Promise<Outcome> => {
  deps.log.error(what, { notification_id, delivery_id, channel, error });
  await deps.capture(report);
  const reason = `${what} (${error instanceof Error ? error.name : 'unknown'})`;
  return { kind: 'retry', afterSeconds: null, reason, burnsAttempt: true };
};

const send = async (deps: AttemptDeps, claim: Claim, to: { destination: Destination; baseUrl: string }) => {
  try {
    return await deps.deliver({ ...claim, ...to });
  } catch (error) {
    const { notification, delivery } = claim;
    const about = { ...taskReport(error, argumentsOf(notification, delivery)), product_id: notification.product_id };
    return await failedHere(deps, delivery, { error, what: 'Gatebell failed', report: about });
  }
};

/** Opens the destination; how the try ended where that already ends it. */
const opened = async (
  deps: AttemptDeps,
  claim: Claim,
  { destination }: Target,
): Promise<{ readonly destination: Destination } | { readonly outcome: Outcome }> => {
  try {
    const found = await deps.open(destination);
    return found === null ? { outcome: { kind: 'refused', reason: DOES_NOT_OPEN } } : { destination: found };
  } catch (error) {
    // Without names: while KMS is away all webhooks fail alike, and that is one exception.
    const failure = { error, what: 'The webhook could not be opened', report: taskReport(error, null) };
    return { outcome: await failedHere(deps, claim.delivery, failure) };
  }
};

/**
 * For a webhook that was changed since the delivery got its slot, which is in the line to the old one: waits for a slot in the
 * line to the new one. Null then; where that is too far away, what becomes of the try.
 */
const changeLines = async (deps: AttemptDeps, from: Delivery, to: Delivery): Promise<Outcome | null> => {
  const line = deps.lineOf(to);
  if (line === null || line.name === deps.lineOf(from)?.name) return null;
  const now = deps.now();
  const slotMs = (await deps.reserveSlots({ line, count: 1, now })) - line.spacingMs;
  if (isNear(slotMs, now)) {
    await deps.waitUntil(slotMs);
    return null;
  }
  const afterSeconds = (slotMs - now.getTime()) / 1_000;
  return { kind: 'retry', afterSeconds, reason: 'The webhook was changed; others wait for it', burnsAttempt: false };
};

/** Where a delivery goes, as its owner says now; or what becomes of it without a try (`target` null). */
type Resolution =
  | { readonly delivery: Delivery; readonly target: Target }
  | { readonly delivery: Delivery; readonly target: null; readonly outcome: Outcome | Skip };

export const resolveTarget = (claim: Claim, circumstances: RoutingContext): Resolution => {
  const { settings } = circumstances;
  const product = productOf(claim, circumstances);
  const targets = targetsOf(claim.notification, { product, settings });
  const target = targets.find(({ delivery_id }) => delivery_id === claim.delivery.delivery_id);
  if (target === undefined) return { delivery: claim.delivery, target: null, outcome: noTarget(claim, product) };
  const delivery = { ...claim.delivery, target: target.shown, target_key: target.key };
  const health = circumstances.healthOf(ownerOf(delivery));
  const outcome =
    skipSuperseded(claim.notification, { product, isLate: claim.isLate }) ??
    skipFor(target) ??
    skipForComplaint(circumstances.suppressed, target) ??
    outcomeForGone(health, target) ??
    outcomeBeforeSending(delivery);
  return outcome === null ? { delivery, target } : { delivery, target: null, outcome };
};

/** Sends a claimed delivery to where its target is now: a rotated webhook mends what still waits. */
export const attempt = async (deps: AttemptDeps, claim: Claim, circumstances: RoutingContext): Promise<Attempted> => {
  const resolution = resolveTarget(claim, circumstances);
  if (resolution.target === null) return { delivery: resolution.delivery, outcome: resolution.outcome, tried: null };
  const { delivery, target } = resolution;
  const later = await changeLines(deps, claim.delivery, delivery);
  if (later !== null) return { delivery, outcome: later, tried: null };
  const found = await opened(deps, claim, target);
  // Nothing is learned of a target that was not tried.
  if ('outcome' in found) return { delivery, outcome: found.outcome, tried: null };
  const to = { destination: found.destination, baseUrl: circumstances.settings.base_url_frontend };
  return { delivery, outcome: await send(deps, claim, to), tried: target };
};
