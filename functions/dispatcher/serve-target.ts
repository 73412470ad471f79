import { failed } from '../../core/deliveries/lifecycle.ts';
import type { Delivery, DeliveryRef } from '../../core/deliveries/model.ts';
import { addressesOf, productsOf, subjectsOf } from '../../core/deliveries/routing-request.ts';
import type { RoutingRequest } from '../../core/deliveries/store/routing-context.ts';
import type { Notification } from '../../core/notifications/model.ts';
import { retryAfterSeconds } from '../../core/targets/back-off.ts';
import type { Release } from '../../core/targets/store/targets.ts';
import {
  afterOutcome,
  type TargetIntervals,
  type TargetName,
  type TargetRecord,
  targetName,
} from '../../core/targets/target-record.ts';
import { type AcquireDeps, type Acquired, acquire } from './acquire.ts';
import { taskReport } from './answers.ts';
import type { Serving } from './batch.ts';
import { compose, shownNotifications } from './compose.ts';
import { type Plan, type PlannedMessage, plan, postponed, type Routing } from './plan.ts';
import { type SendDeps, sendMessage } from './send-message.ts';
import { type Sent, type SettleDeps, settle, writeChanges } from './settle.ts';
import { type UpdateHealthDeps, updateHealth } from './update-health.ts';
import { wakeLater, wakeNow } from './wake-later.ts';

/** Finds a notification: null if it was deleted. Throws for one that can't be read. */
type FindNotification = (id: string) => Notification | null;

export type ServeDeps = AcquireDeps &
  SendDeps &
  SettleDeps &
  UpdateHealthDeps & {
    /** Names the deliveries that wait for a target and are due, by an index that may lag. */
    readonly listDue: (request: {
      readonly target: TargetName;
      readonly upTo: string;
      readonly limit: number;
    }) => Promise<readonly DeliveryRef[]>;
    /** Reads those of the deliveries that exist and aren't settled. */
    readonly readWaiting: (refs: readonly DeliveryRef[]) => Promise<readonly Delivery[]>;
    readonly readRouting: (
      request: RoutingRequest,
    ) => Promise<Routing & { readonly findNotification: FindNotification }>;
    readonly readNotifications: (ids: readonly string[]) => Promise<FindNotification>;
    readonly releaseTarget: (release: {
      readonly target: TargetName;
      readonly lease: string;
      readonly release: Release;
    }) => Promise<TargetRecord | null>;
    /** Pauses all email, as SES throttles. */
    readonly pauseMail: (until: Date) => Promise<void>;
    readonly intervals: TargetIntervals;
    /** From 0 up to 1. */
    readonly random: () => number;
  };

/** Most deliveries of one message: what a function reads and writes in some 20 of its 60 seconds. */
const MOST_DELIVERIES = 2_000;

/** After so many dispatchers in a row died with a target, each message is about one delivery. */
const ONE_BY_ONE_FROM = 3;

/** After so many, the first delivery is what they die of. */
const GIVEN_UP_FROM = 9;

/** `dueLater`: when the first of what the message names is due, by the clock of who made it. Null if all is. */
type Gathered = { readonly due: readonly Delivery[]; readonly isMore: boolean; readonly dueLater: Date | null };

/** What waits for a target and is due: by the index, and what the message names. */
const gather = async (
  deps: ServeDeps,
  { target, record }: Acquired,
  named: readonly DeliveryRef[],
): Promise<Gathered> => {
  const upTo = deps.now().toISOString();
  const limit = record.acquired > ONE_BY_ONE_FROM ? 1 : MOST_DELIVERIES;
  const listed = await deps.listDue({ target, upTo, limit });
  const found = await deps.readWaiting(limit === 1 && listed.length > 0 ? listed : [...named, ...listed]);
  const waiting = found.filter(({ channel, target_key }) => targetName(channel, target_key) === target);
  const [first] = waiting
    .map(({ due_at }) => due_at)
    .filter((at) => at > upTo)
    .toSorted();
  return {
    due: waiting.filter(({ due_at }) => due_at <= upTo),
    isMore: listed.length >= limit,
    dueLater: first === undefined ? null : new Date(first),
  };
};

/** The notifications of so few deliveries are read with what routes them: 100 items at most. Of more, a message shows few. */
const FEW = 15;

type StoredRouting = Awaited<ReturnType<ServeDeps['readRouting']>>;

const readRouting = (deps: ServeDeps, due: readonly Delivery[]): Promise<StoredRouting> =>
  deps.readRouting({
    productIds: productsOf(due),
    addresses: addressesOf(due),
    subjects: subjectsOf(due),
    notificationIds: due.length > FEW ? [] : due.map(({ notification_id }) => notification_id),
  });

type Ready = { readonly planned: Plan; readonly find: FindNotification };

const findReadable =
  (find: FindNotification, errors: Map<string, unknown>): FindNotification =>
  (id) => {
    try {
      return find(id);
    } catch (error) {
      errors.set(id, error);
      return null;
    }
  };

/**
 * Plans without deliveries whose notification was deleted, which the clean-up removes, or can't be read, which wait for an
 * hour.
 */
const planExisting = async (
  deps: ServeDeps,
  due: readonly Delivery[],
  { routing, isInterrupted }: { readonly routing: StoredRouting; readonly isInterrupted: boolean },
): Promise<Ready> => {
  const missing = new Set<string>();
  const errors = new Map<string, unknown>();
  for (;;) {
    const existing = due.filter(({ notification_id }) => !missing.has(notification_id));
    const planned = plan(existing, routing, { now: deps.now(), isInterrupted });
    const ids = planned.messages.flatMap(shownNotifications);
    const found = due.length > FEW ? await deps.readNotifications(ids) : routing.findNotification;
    const find = findReadable(found, errors);
    const missed = ids.filter((id) => find(id) === null);
    for (const id of missed) missing.add(id);
    if (missed.length > 0) continue;
    const unreadable = due.filter(({ notification_id }) => errors.has(notification_id));
    const waiting = unreadable.map((before) => ({ before, after: postponed(before, deps.now()) }));
    for (const error of [...planned.errors, ...errors.values()]) {
      deps.log.error('A delivery could not be read', { error });
      await deps.capture(taskReport(error, null));
    }
    return { planned: { ...planned, changes: [...planned.changes, ...waiting] }, find };
  }
};

type Served = { readonly sendings: readonly Sent[]; readonly hasNoTurn: boolean };

const sendAll = async (
  deps: ServeDeps,
  { planned, find }: Ready,
  { routing, failures }: { readonly routing: Routing; readonly failures: number },
): Promise<Served> => {
  const sendings: Sent[] = [];
  let hasNoTurn = false;
  const sendOne = async (message: PlannedMessage): Promise<void> => {
    const composed = compose(message, find, routing.settings.base_url_frontend);
    const attempt = await sendMessage(deps, message, composed);
    if (attempt.kind === 'no-turn') hasNoTurn = true;
    else sendings.push({ message, messageId: composed.id, attempt, tries: failures + 1 });
  };
  await Promise.all(planned.messages.map(sendOne));
  return { sendings, hasNoTurn };
};

/** Without a turn, an email asks again in some seconds, not all at once. */
const NO_TURN_SECONDS = { least: 2, spread: 6 } as const;

const stateAfter = (deps: ServeDeps, record: TargetRecord, { sendings, hasNoTurn }: Served): Release => {
  const now = deps.now();
  const [shown] = sendings.map(({ message }) => message.target.shown);
  let state: TargetRecord = record;
  for (const { attempt } of sendings.toSorted(({ attempt: { outcome } }) => (outcome.kind === 'retry' ? 1 : -1)))
    state = {
      ...state,
      ...afterOutcome(state, { outcome: attempt.outcome, intervals: deps.intervals, now, random: deps.random() }),
    };
  const { next_send_at, wait_reason, interval_until, failures, last_error, last_sent_at } = state;
  const after = { next_send_at, wait_reason, interval_until, failures, last_error, last_sent_at };
  if (hasNoTurn) {
    const seconds = NO_TURN_SECONDS.least + NO_TURN_SECONDS.spread * deps.random();
    const next = new Date(now.getTime() + seconds * 1_000).toISOString();
    return { ...after, next_send_at: next, wait_reason: 'account_rate' };
  }
  return shown === undefined ? {} : { ...after, shown };
};

/** SES throttles the account and not the address, so all email waits as long as it says. */
const pauseThrottledMail = async (deps: ServeDeps, { failures }: TargetRecord, { sendings }: Served): Promise<void> => {
  for (const { message, attempt } of sendings) {
    const { outcome } = attempt;
    if (message.target.destination.kind !== 'address' || outcome.kind !== 'retry' || outcome.burnsAttempt) continue;
    const seconds = retryAfterSeconds(failures + 1, { ...outcome, random: deps.random() });
    await deps.pauseMail(new Date(deps.now().getTime() + seconds * 1_000));
  }
};

/** What waits for another target, or for the same one with another key, goes to that one. */
const wakeMoved = (deps: ServeDeps, { changes }: Plan): Promise<void> => {
  const now = deps.now().toISOString();
  const moved = changes.flatMap(({ before, after }) =>
    before.target_key !== after.target_key && after.settled_at === null && after.due_at <= now
      ? [{ target: targetName(after.channel, after.target_key), deliveries: [after] }]
      : [],
  );
  return wakeNow(deps, moved);
};

const mayHaveMore = ({ planned }: Ready, { sendings, hasNoTurn }: Served): boolean =>
  hasNoTurn || planned.isMore || sendings.some(({ attempt: { outcome } }) => outcome.kind !== 'sent');

/** Fails the delivery that dispatchers die of, so that it doesn't hold up the others forever. */
const giveUp = async (deps: ServeDeps, [first]: readonly Delivery[]): Promise<void> => {
  if (first === undefined) return;
  const reason = 'Given up: sending it was interrupted again and again';
  await writeChanges(deps, [{ before: first, after: failed(first, reason, deps.now()) }]);
};

/**
 * Gives the target back. `moreAt`: when more is due there; null if nothing is known of more. Until then it stays interrupted: if
 * a dispatcher died with it, what it sent may have arrived, and a later attempt that fails doesn't change that.
 */
const release = async (
  deps: ServeDeps,
  { target, lease, record: before }: Acquired,
  state: Release,
  moreAt: Date | null,
) => {
  const acquired = moreAt !== null && before.acquired > 1 ? 1 : 0;
  const record = await deps.releaseTarget({ target, lease, release: { ...state, acquired } });
  if (record === null) {
    deps.log.error('The lease of a target was lost while it was sent to', { target });
    return;
  }
  const now = deps.now();
  const wantedAt = record.wake_wanted ? now : moreAt;
  if (wantedAt === null) return;
  const next = record.next_send_at === null ? now : new Date(record.next_send_at);
  await wakeLater(deps, target, new Date(Math.max(next.getTime(), wantedAt.getTime(), now.getTime())));
};

const serveAcquired = async (deps: ServeDeps, acquired: Acquired, named: readonly DeliveryRef[]): Promise<void> => {
  const { due, isMore, dueLater } = await gather(deps, acquired, named);
  if (due.length === 0) return await release(deps, acquired, {}, isMore ? deps.now() : dueLater);
  if (acquired.record.acquired > GIVEN_UP_FROM) {
    await giveUp(deps, due);
    return await release(deps, acquired, {}, deps.now());
  }
  const routing = await readRouting(deps, due);
  const ready = await planExisting(deps, due, { routing, isInterrupted: acquired.record.acquired > 1 });
  if (ready.planned.notified.length > 0) await deps.recordNotified(ready.planned.notified);
  await writeChanges(deps, ready.planned.changes);
  const served = await sendAll(deps, ready, { routing, failures: acquired.record.failures });
  if (served.sendings.length > 0) await settle(deps, served.sendings);
  const state = stateAfter(deps, acquired.record, served);
  await pauseThrottledMail(deps, acquired.record, served);
  await release(deps, acquired, state, isMore || mayHaveMore(ready, served) ? deps.now() : dueLater);
  await wakeMoved(deps, ready.planned);
  await updateHealth(deps, served.sendings, routing);
};

/**
 * Sends to a target what is due there: acquires it, gathers what waits, decides what to report, sends it in one message,
 * settles the deliveries, and releases the target with the time of its next message. Throws if it must be tried again.
 */
export const serveTarget = async (deps: ServeDeps, { target, named }: Serving): Promise<void> => {
  const acquired = await acquire(deps, target);
  if (acquired === null) return;
  try {
    await serveAcquired(deps, acquired, named);
  } catch (error) {
    // The count of acquisitions stays, as if the function had died: what can't be served isn't tried for ever.
    deps.log.error('A target could not be served', { target });
    throw error;
  }
};
