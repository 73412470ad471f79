import type { Notification } from '../notifications/model.ts';
import type { Due } from '../targets/due.ts';
import type { Target } from '../targets/model.ts';
import { eventOf, hasState } from './event.ts';
import { type Delivery, plainError, type Skip, skipFor } from './model.ts';

/** For how long after its time a delivery is tried. */
const GIVEN_UP_AFTER_MS = 18 * 3_600_000;

/** So many failures in a row go before: a target may have been paused, and the clock of one instance may be wrong. */
const GIVEN_UP_AFTER_TRIES = 9;

const changed = (delivery: Delivery, now: Date): Delivery => ({
  ...delivery,
  updated: now.toISOString(),
  version: delivery.version + 1,
});

const settledAs = (delivery: Delivery, status: 'sent' | 'failed' | 'skipped', now: Date): Delivery => ({
  ...changed(delivery, now),
  status,
  is_in_doubt: false,
  settled_at: now.toISOString(),
});

/** The delivery of a notification to a target before the first attempt. Email is skipped at once if no sender is set. */
export const newDelivery = (target: Target, notification: Notification, { due, now }: { due: Due; now: Date }) => {
  const fresh: Delivery = {
    notification_id: notification.id,
    delivery_id: target.delivery_id,
    channel: target.destination.channel,
    source: target.source,
    product_id: notification.product_id,
    target: target.shown,
    target_key: target.key,
    event: eventOf(notification),
    request_id: notification.request_id,
    status: 'pending',
    attempts: 0,
    last_error: null,
    reason_code: null,
    created: now.toISOString(),
    updated: now.toISOString(),
    ...due,
    message_id: null,
    is_in_doubt: false,
    is_alone: false,
    confirmation: null,
    settled_at: null,
    version: 1,
  };
  const skip = skipFor(target);
  return skip === null ? fresh : skipped(fresh, skip, now);
};

/** Nothing is sent. */
export const skipped = (delivery: Delivery, { code, reason }: Skip, now: Date): Delivery => ({
  ...settledAs(delivery, 'skipped', now),
  last_error: reason,
  reason_code: code,
});

/** Nothing will be sent any more. */
export const failed = (delivery: Delivery, reason: string, now: Date): Delivery => ({
  ...settledAs(delivery, 'failed', now),
  last_error: plainError(reason),
});

/** Sent in a message. */
export const sent = (
  delivery: Delivery,
  { messageId, confirmation, now }: { messageId: string; confirmation: Delivery['confirmation']; now: Date },
): Delivery => ({
  ...settledAs(delivery, 'sent', now),
  last_error: null,
  message_id: messageId,
  confirmation,
});

/** A sent delivery that bounced, or about which the recipient complained. */
export const bounced = (delivery: Delivery, reason: string, now: Date): Delivery => ({
  ...failed(delivery, reason, now),
  confirmation: 'bounced',
});

/**
 * Tried in vain: it waits for its target's next time, or is given up. `isUnknown`: the message may have arrived. If so, it
 * stays in doubt until the same message is answered. `tries`: how often its target failed or throttled in a row.
 */
export const toRetry = (
  delivery: Delivery,
  attempt: { messageId: string; reason: string; isUnknown: boolean; tries: number; now: Date },
): Delivery => {
  const { messageId, reason, isUnknown, tries, now } = attempt;
  const isOld = now.getTime() - Date.parse(delivery.due_at) >= GIVEN_UP_AFTER_MS;
  if (isOld && Math.max(tries, delivery.attempts) >= GIVEN_UP_AFTER_TRIES)
    return failed({ ...delivery, message_id: messageId }, reason, now);
  const isOpen = delivery.is_in_doubt && delivery.message_id === null;
  return {
    ...changed(delivery, now),
    status: 'retrying',
    last_error: plainError(reason),
    // Of a message that failed nothing is to be repeated: what was in doubt before is left to the next one.
    message_id: isOpen && !isUnknown ? null : messageId,
    is_in_doubt: delivery.is_in_doubt || isUnknown,
  };
};

/** An attempt that counts. */
export const attempted = (delivery: Delivery): Delivery => ({ ...delivery, attempts: delivery.attempts + 1 });

/** Its route's schedule or mute gives it another time. */
export const rescheduled = (delivery: Delivery, due: Due, now: Date): Delivery => ({
  ...changed(delivery, now),
  ...due,
});

/**
 * It may have arrived, in a message that isn't repeated as it was: what the recipient knows of its gate or alarm stays open until
 * a message says how that stands.
 */
const leftInDoubt = (delivery: Delivery): Delivery => ({
  ...delivery,
  message_id: null,
  is_in_doubt: hasState(delivery.event),
});

const stillInDoubt = (delivery: Delivery): Delivery => (delivery.is_in_doubt ? leftInDoubt(delivery) : delivery);

/**
 * What waits for another time or target. `mayBeSent`: a dispatcher sends to its target now, or died of that. A message in doubt
 * stays the one that is repeated.
 */
export const setAside = (delivery: Delivery, mayBeSent: boolean): Delivery =>
  mayBeSent && !delivery.is_in_doubt ? leftInDoubt(delivery) : delivery;

/** The target refused a message of many: each is sent by itself, so that only the refused one fails. */
export const toSendAlone = (delivery: Delivery, { reason, now }: { reason: string; now: Date }): Delivery => ({
  ...changed(stillInDoubt(delivery), now),
  status: 'retrying',
  last_error: plainError(reason),
  is_alone: true,
});

/** Its route has another webhook or event bus now. */
export const retargeted = (delivery: Delivery, target: Target, now: Date): Delivery => ({
  ...changed(stillInDoubt(delivery), now),
  target: target.shown,
  target_key: target.key,
});

/** A failed or skipped delivery that is sent again, with new attempts. */
export const restarted = (delivery: Delivery, now: Date): Delivery => ({
  ...changed(delivery, now),
  status: 'retrying',
  attempts: 0,
  reason_code: null,
  confirmation: null,
  is_alone: false,
  is_in_doubt: false,
  due_at: now.toISOString(),
  due_reason: null,
  settled_at: null,
});
