import { channelOf } from '../../core/channels/channels.ts';
import { type Decision, decide, type Group } from '../../core/deliveries/decide.ts';
import { hasState } from '../../core/deliveries/event.ts';
import { failed, rescheduled, sent, setAside, skipped } from '../../core/deliveries/lifecycle.ts';
import { type Delivery, deliveryName, ownerOf } from '../../core/deliveries/model.ts';
import { type Resolution, type RoutingContext, resolve } from '../../core/deliveries/resolve.ts';
import type { DeliveryChange } from '../../core/deliveries/store/change-deliveries.ts';
import type { Target } from '../../core/targets/model.ts';
import {
  type FindNotified,
  type NotifiedState,
  neverNotified,
  type RouteSubject,
  routeSubjectOf,
} from '../../core/targets/notified-state.ts';

/** A message to send: what it reports, and where it goes. */
export type PlannedMessage = { readonly groups: readonly Group[]; readonly target: Target };

export type Plan = {
  /** What ends, or waits for something else, without a message. */
  readonly changes: readonly DeliveryChange[];
  readonly messages: readonly PlannedMessage[];
  /** Changes of the last notified states without a message, to record before the deliveries. */
  readonly notified: readonly { readonly of: RouteSubject; readonly notified: NotifiedState }[];
  /** Whether more is due than the messages report. */
  readonly isMore: boolean;
  /** Errors of products that can't be read. Their deliveries wait for an hour, and hold up no others. */
  readonly errors: readonly unknown[];
};

export type Routing = RoutingContext & { readonly findNotified: FindNotified };

/** When it is decided, and whether the dispatcher before died while it sent to the target. */
type Occasion = { readonly now: Date; readonly isInterrupted: boolean };

/** A channel without an interval gets a message for each event, this many side by side. */
const MESSAGES_AT_ONCE = 20;

const UNREADABLE_WAIT_MS = 3_600_000;

/** A delivery whose notification or product can't be read now, but perhaps later. */
export const postponed = (delivery: Delivery, occasion: Occasion): Delivery => {
  const due_at = new Date(occasion.now.getTime() + UNREADABLE_WAIT_MS).toISOString();
  return setAside(rescheduled(delivery, { due_at, due_reason: null }, occasion.now), occasion.isInterrupted);
};

type Ready = Extract<Resolution, { kind: 'ready' }>;
type Unreadable = { readonly kind: 'unreadable'; readonly delivery: Delivery; readonly error: unknown };

const resolveReadable = (delivery: Delivery, routing: Routing, now: Date): Resolution | Unreadable => {
  try {
    return resolve(delivery, routing, now);
  } catch (error) {
    return { kind: 'unreadable', delivery, error };
  }
};

type Resolved = readonly (Resolution | Unreadable)[];

const changesOf = (resolutions: Resolved, { skips, reported }: Decision, occasion: Occasion): DeliveryChange[] => {
  const { now } = occasion;
  return [
    ...resolutions.flatMap((resolution): DeliveryChange[] => {
      if (resolution.kind === 'ready') return [];
      const before = resolution.delivery;
      if (resolution.kind === 'unreadable') return [{ before, after: postponed(before, occasion) }];
      if (resolution.kind === 'moves') return [{ before, after: setAside(resolution.after, occasion.isInterrupted) }];
      const { outcome } = resolution;
      const after = outcome.kind === 'skipped' ? skipped(before, outcome, now) : failed(before, outcome.reason, now);
      return [{ before, after }];
    }),
    ...skips.map(({ delivery, skip }) => ({ before: delivery, after: skipped(delivery, skip, now) })),
    ...reported.map(({ delivery, notified: { message_id: messageId } }) => ({
      before: delivery,
      after: sent(delivery, { messageId, confirmation: null, now }),
    })),
  ];
};

/**
 * The deliveries to decide about. While a message may have arrived or not, only that one may be sent, as it was; what came
 * since waits.
 */
const ofOneMessage = (ready: readonly Ready[]): readonly Ready[] => {
  const inDoubt = ready.find(({ delivery }) => delivery.is_in_doubt && delivery.message_id !== null)?.delivery
    .message_id;
  if (inDoubt === undefined) return ready;
  return ready.filter(({ delivery }) => delivery.is_in_doubt && delivery.message_id === inDoubt);
};

const isAlone = ({ deliveries }: Group): boolean => deliveries.some(({ is_alone }) => is_alone);

/** Which groups go together: all that may. Signed webhooks of two owners have other secrets, though the URL is the same. */
const together = (groups: readonly Group[]): readonly (readonly Group[])[] => {
  const [first] = groups;
  if (first === undefined) return [];
  const { interval, field } = channelOf(first.newest.channel);
  if (interval === 'none') return groups.slice(0, MESSAGES_AT_ONCE).map((group) => [group]);
  const alone = groups.find(isAlone);
  if (alone !== undefined) return [[alone]];
  if (field.kind !== 'signed_webhook') return [groups];
  return [groups.filter(({ newest }) => ownerOf(newest) === ownerOf(first.newest))];
};

const notifiedOf = ({ unsent }: Decision, { findNotified }: Routing, now: Date): Plan['notified'] =>
  unsent.flatMap((newest) => {
    if (!hasState(newest.event)) return [];
    const of = routeSubjectOf(newest);
    const known = findNotified(of) ?? neverNotified(newest.event.to, now);
    return [{ of, notified: { ...known, unsent_id: newest.notification_id } }];
  });

/** Decides what becomes of the deliveries that are due at one target. */
export const plan = (due: readonly Delivery[], routing: Routing, occasion: Occasion): Plan => {
  const { now, isInterrupted } = occasion;
  const resolutions = due.map((delivery) => resolveReadable(delivery, routing, now));
  const ready = resolutions.filter((resolution): resolution is Ready => resolution.kind === 'ready');
  const chosen = ofOneMessage(ready);
  const decision = decide(
    chosen.map(({ delivery }) => delivery),
    routing.findNotified,
    isInterrupted,
  );
  const targets = new Map(chosen.map(({ delivery, target }) => [deliveryName(delivery), target]));
  const messages = together(decision.groups).flatMap((groups): PlannedMessage[] => {
    const target = groups[0] && targets.get(deliveryName(groups[0].newest));
    return target === undefined ? [] : [{ groups, target }];
  });
  const planned = messages.reduce((count, { groups }) => count + groups.length, 0);
  return {
    changes: changesOf(resolutions, decision, occasion),
    messages,
    notified: notifiedOf(decision, routing, now),
    isMore: chosen.length < ready.length || planned < decision.groups.length,
    errors: resolutions.flatMap((resolution) => (resolution.kind === 'unreadable' ? [resolution.error] : [])),
  };
};

/** All deliveries that a message reports. */
export const deliveriesOf = ({ groups }: PlannedMessage): Delivery[] => groups.flatMap(({ deliveries }) => deliveries);
