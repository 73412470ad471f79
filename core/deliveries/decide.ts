import { UNSTABLE_CHANGES } from '../channels/digest.ts';
import type { FindNotified, NotifiedState } from '../targets/notified-state.ts';
import { routeSubjectOf } from '../targets/notified-state.ts';
import { hasState } from './event.ts';
import type { Delivery, Skip } from './model.ts';

/** Deliveries of a route about one subject, oldest first, that a message reports together. At least one. */
export type Group = {
  readonly deliveries: readonly Delivery[];
  /** The newest of them. */
  readonly newest: Delivery;
  /** Gates and alarms: the state that the recipient knows; null for others. */
  readonly from: string | null;
  /** How many changes, or how many occurrences. */
  readonly count: number;
};

export type Decision = {
  readonly groups: readonly Group[];
  /** Nothing is sent for these. */
  readonly skips: readonly { readonly delivery: Delivery; readonly skip: Skip }[];
  /** Of each subject that needs no message the newest delivery: nothing older is sent from now on. */
  readonly unsent: readonly Delivery[];
  /** A message reported them, but the dispatcher died before it recorded that. */
  readonly reported: readonly { readonly delivery: Delivery; readonly notified: NotifiedState }[];
};

type Decided = { -readonly [part in keyof Decision]: Decision[part][number][] };

/** Why an older change isn't sent; names the newer notification. */
export const supersededReason = (newerId: string): string =>
  `Superseded: a newer change was reported (notification ${newerId})`;

const BACK: Skip = {
  kind: 'skipped',
  code: 'back_to_told_state',
  reason: 'The state is the one that was last reported here',
};

const NOT_REPORTED: Skip = {
  kind: 'skipped',
  code: 'failure_not_sent',
  reason: 'The failure that is over was not reported here',
};

/** Changes of a gate or an alarm that weren't reported yet, oldest first. */
type Changes = {
  readonly fresh: readonly Delivery[];
  readonly newest: Delivery;
  readonly notified: NotifiedState | null;
  readonly isInterrupted: boolean;
};

const skipUnsent = (decided: Decided, { fresh, newest }: Changes, skip: Skip): void => {
  for (const delivery of fresh) decided.skips.push({ delivery, skip });
  decided.unsent.push(newest);
};

const decideChanges = (decided: Decided, changes: Changes): void => {
  const { fresh, newest, notified, isInterrupted } = changes;
  const [oldest = newest] = fresh;
  if (!hasState(oldest.event) || !hasState(newest.event)) return;
  // Its email bounced, and a person sends it again.
  const isAgain = newest.notification_id === notified?.notification_id;
  const from = isAgain ? oldest.event.from : (notified?.state ?? oldest.event.from);
  const { kind, to } = newest.event;
  const isBack = from === to && fresh.length < UNSTABLE_CHANGES;
  // An alarm that goes off again is news, even if no one sends its OK to Gatebell.
  const isKnown = isBack && !(kind === 'alarm' && to === 'alarm');
  const isUnreported = kind === 'alarm' && to === 'ok' && notified === null;
  if ((isKnown || isUnreported) && !isInterrupted)
    skipUnsent(decided, changes, kind === 'alarm' && notified === null ? NOT_REPORTED : BACK);
  else decided.groups.push({ deliveries: fresh, newest, from, count: fresh.length });
};

/** The newest notification that was reported, or that needed no message. */
const newestDecided = ({ notification_id, unsent_id }: NotifiedState): string =>
  unsent_id !== null && unsent_id > notification_id ? unsent_id : notification_id;

const decideSubject = (
  decided: Decided,
  deliveries: readonly Delivery[],
  { notified, isInterrupted }: Pick<Changes, 'notified' | 'isInterrupted'>,
): void => {
  const fresh: Delivery[] = [];
  for (const delivery of deliveries) {
    const { notification_id, due_at } = delivery;
    if (notified !== null && notification_id === notified.notification_id && due_at <= notified.at)
      decided.reported.push({ delivery, notified });
    // One that needed no message may be found again: the dispatcher died before it said so.
    else if (notified === null || notification_id >= newestDecided(notified)) fresh.push(delivery);
    else {
      const reason = supersededReason(newestDecided(notified));
      decided.skips.push({ delivery, skip: { kind: 'skipped', code: 'superseded', reason } });
    }
  }
  const newest = fresh.at(-1);
  const isOpen = isInterrupted || fresh.some(({ is_in_doubt }) => is_in_doubt);
  if (newest !== undefined) decideChanges(decided, { fresh, newest, notified, isInterrupted: isOpen });
};

const countOf = ({ event }: Delivery): number => (event.kind === 'exception' ? event.count : 1);

/**
 * What to report of deliveries that are due at one target. Of a gate or an alarm only how it stands: never an older change
 * after a newer one, and nothing if it is back in the state that was last reported, unless it changed often, or the recipient
 * may know another one: `isInterrupted`, as a dispatcher died while it sent to the target, or a message got no answer. Exceptions
 * and overdue reports are all reported.
 */
export const decide = (due: readonly Delivery[], findNotified: FindNotified, isInterrupted = false): Decision => {
  const decided: Decided = { groups: [], skips: [], unsent: [], reported: [] };
  const ordered = due.toSorted((one, other) => (one.notification_id < other.notification_id ? -1 : 1));
  for (const deliveries of Map.groupBy(ordered, (delivery) => JSON.stringify(routeSubjectOf(delivery))).values()) {
    const newest = deliveries.at(-1);
    if (newest === undefined) continue;
    if (!hasState(newest.event)) {
      const count = deliveries.reduce((sum, delivery) => sum + countOf(delivery), 0);
      decided.groups.push({ deliveries, newest, from: null, count });
    } else decideSubject(decided, deliveries, { notified: findNotified(routeSubjectOf(newest)), isInterrupted });
  }
  return decided;
};
