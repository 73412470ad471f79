import type { Delivery, DeliveryRef } from '../../core/deliveries/model.ts';
import { addressesOf, productsOf, subjectsOf } from '../../core/deliveries/routing-request.ts';
import type { RoutingRequest } from '../../core/deliveries/store/routing-context.ts';
import type { DueRequest } from '../../core/deliveries/store/waiting.ts';
import type { Notification } from '../../core/notifications/model.ts';
import { targetName } from '../../core/targets/target-record.ts';
import type { Acquired } from './acquire.ts';
import { type AnswerDeps, taskReport } from './answers.ts';
import { shownNotifications } from './compose.ts';
import { type Plan, plan, postponed, type Routing } from './plan.ts';

/** Finds a notification: null if it was deleted. Throws for one that can't be read. */
type FindNotification = (id: string) => Notification | null;

export type GatherDeps = AnswerDeps & {
  /** Names the deliveries that wait for a target and are due, by an index that may lag. */
  readonly listDue: (request: DueRequest) => Promise<readonly DeliveryRef[]>;
  /** Reads those of the deliveries that exist and aren't settled. */
  readonly readWaiting: (refs: readonly DeliveryRef[]) => Promise<readonly Delivery[]>;
  readonly readRouting: (request: RoutingRequest) => Promise<Routing & { readonly findNotification: FindNotification }>;
  readonly readNotifications: (ids: readonly string[]) => Promise<FindNotification>;
  readonly now: () => Date;
};

/** Most deliveries of one message: what a function reads and writes in some 20 of its 60 seconds. */
const MOST_DELIVERIES = 2_000;

/**
 * After so many dispatchers in a row died with a target, each message is about one delivery: the newest, as they may have sent
 * what followed from all.
 */
const ONE_BY_ONE_FROM = 3;

/**
 * So far ahead something that waits for no schedule is due, too: it was created by another clock. Without it, a dispatcher whose
 * clock is behind would send an older change after one that the dispatcher before had sent when it died.
 */
const CLOCKS_DIFFER_MS = 60_000;

/** `dueLater`: when the first of what was found is due. Null if all is. */
type Gathered = { readonly due: readonly Delivery[]; readonly isMore: boolean; readonly dueLater: Date | null };

/** What waits for a target and is due: by the index, and what the message names. */
export const gather = async (
  deps: GatherDeps,
  { target, record }: Acquired,
  named: readonly DeliveryRef[],
): Promise<Gathered> => {
  const now = deps.now();
  const isOne = record.acquired > ONE_BY_ONE_FROM;
  const limit = isOne ? 1 : MOST_DELIVERIES;
  const upTo = new Date(now.getTime() + CLOCKS_DIFFER_MS).toISOString();
  const listed = await deps.listDue({ target, upTo, limit, isNewestFirst: isOne });
  const found = await deps.readWaiting(isOne && listed.length > 0 ? listed : [...named, ...listed]);
  const waiting = found.filter(({ channel, target_key }) => targetName(channel, target_key) === target);
  const isDue = ({ due_at, due_reason }: Delivery) => due_at <= (due_reason === null ? upTo : now.toISOString());
  const due = waiting.filter(isDue);
  const [first] = waiting
    .filter((delivery) => !isDue(delivery))
    .map(({ due_at }) => due_at)
    .toSorted();
  return {
    due,
    isMore: due.length > 0 && listed.length >= limit,
    dueLater: first === undefined ? null : new Date(first),
  };
};

/** The notifications of so few deliveries are read with what routes them: 100 items at most. Of more, a message shows few. */
const FEW = 15;

type StoredRouting = Awaited<ReturnType<GatherDeps['readRouting']>>;

/** Reads where deliveries go. */
export const readRouting = (deps: GatherDeps, due: readonly Delivery[]): Promise<StoredRouting> =>
  deps.readRouting({
    productIds: productsOf(due),
    addresses: addressesOf(due),
    subjects: subjectsOf(due),
    notificationIds: due.length > FEW ? [] : due.map(({ notification_id }) => notification_id),
  });

/** What is to be done for a target, and the notifications that its messages show. */
export type Ready = { readonly planned: Plan; readonly find: FindNotification };

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
export const planExisting = async (
  deps: GatherDeps,
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
    const occasion = { now: deps.now(), isInterrupted };
    const waiting = unreadable.map((before) => ({ before, after: postponed(before, occasion) }));
    for (const error of [...planned.errors, ...errors.values()]) {
      deps.log.error('A delivery could not be read', { error });
      await deps.capture(taskReport(error, null));
    }
    return { planned: { ...planned, changes: [...planned.changes, ...waiting] }, find };
  }
};
