import type { Notification } from '../../core/notifications/model.ts';
import type { ReadForUser, ReadNotification } from '../../core/notifications/store/read-for-user.ts';
import type { Entry } from '../../core/notifications/store/timeline.ts';
import { allViewedUpTo, typesSeenBy, type ViewedUpTo } from '../../core/notifications/viewed-up-to.ts';
import { isVisible, shownTo } from '../../core/notifications/visibility.ts';
import type { PageWithUnreadable } from '../../core/platform/dynamodb/page.ts';
import {
  allowedItems,
  type CandidateDeps,
  type CandidateRequest,
  type Candidates,
  findCandidates,
  ITEMS_EACH,
} from './find-candidates.ts';
import { type Filter, foldFilter, isInRange, needsReading, passes } from './notification-filter.ts';

export type ListDeps = CandidateDeps & {
  /** Reads notifications, a user's marks on them and their memberships, in one request for each hundred items. */
  readonly readForUser: (request: {
    readonly user: string;
    readonly entries: readonly Entry[];
    readonly withRoles: boolean;
  }) => Promise<ReadForUser>;
};

/** A notification as the list shows it to its reader. */
export type Listed = Notification & { readonly viewed: boolean };

const affordable = (walk: CandidateRequest, { itemsRead, isChecked }: Candidates): number =>
  Math.max(1, Math.floor((allowedItems(walk.limit) - itemsRead) / (isChecked ? ITEMS_EACH - 1 : ITEMS_EACH)));

/** The candidates to read: no more than can be shown, unless only reading decides that. */
const chosen = (walk: CandidateRequest, found: Candidates): readonly Entry[] => {
  const most = affordable(walk, found);
  const size = needsReading(walk.filter, found.entries) ? most : Math.min(most, walk.limit);
  return found.entries.slice(0, size);
};

const show = (walk: CandidateRequest, read: ReadNotification, isChecked: boolean): Listed[] => {
  const { notification, isViewed, role } = read;
  const { isAdministrator } = walk.caller;
  if (!isVisible(notification, { isAdministrator, isMember: isChecked || role !== null })) return [];
  const shown = shownTo(notification, walk.caller);
  return passes(walk.filter, shown, isViewed) ? [{ ...shown, viewed: isViewed }] : [];
};

/** The start of a page: no newer than the filter's range. */
const startOf = ({ beforeId }: Filter, before: string | null): string | null => {
  if (beforeId === null || before === null) return before ?? beforeId;
  return before < beforeId ? before : beforeId;
};

/** The start of the next page; null below the filter's range. */
const endOf = ({ fromId }: Filter, next: string | null): string | null =>
  next !== null && fromId !== null && next <= fromId ? null : next;

/** The start of the next page; null if all older notifications are viewed and left out. */
const nextOf = ({ filter, caller }: CandidateRequest, viewed: ViewedUpTo, next: string | null): string | null => {
  if (next === null || !filter.exclude_already_viewed) return next;
  const types = filter.type === null ? typesSeenBy(caller) : [filter.type];
  const upTo = allViewedUpTo(viewed, { types, productId: filter.product_id });
  return upTo !== null && next <= upTo ? null : next;
};

/**
 * The newest notifications that a caller may see and the filter lets through. The work for a page is bounded, whatever
 * there is and however rare the filter's hits are: a page can be shorter than asked for, even empty, and `next` alone
 * shows whether more may follow. It is the id below which the next page begins. `unreadable` is for administrators.
 */
export const listNotifications = async (
  deps: ListDeps,
  request: CandidateRequest,
): Promise<PageWithUnreadable<Listed>> => {
  const filter = foldFilter(request.filter);
  const walk = { ...request, filter, before: startOf(filter, request.before) };
  const found = await findCandidates(deps, walk);
  const entries = chosen(walk, found);
  const { read, unreadable, viewed } = await deps.readForUser({
    user: walk.caller.user,
    entries,
    withRoles: !found.isChecked,
  });
  const page = (below: string | null): PageWithUnreadable<Listed> => {
    const next = nextOf(walk, viewed, endOf(filter, below));
    const isCovered = (id: string) => (next === null || id >= next) && isInRange(filter, id);
    const left = walk.caller.isAdministrator ? [...found.unreadable, ...unreadable].filter(isCovered) : [];
    return { entries: listed, next, unreadable: left };
  };
  const listed: Listed[] = [];
  for (const [position, { id }] of entries.entries()) {
    // One that was deleted meanwhile is not there.
    const kept = read.get(id);
    if (kept !== undefined) listed.push(...show(walk, kept, found.isChecked));
    const isLast = position === found.entries.length - 1;
    if (listed.length === walk.limit && !isLast) return page(id);
  }
  const isCut = entries.length < found.entries.length;
  return page(isCut ? (entries.at(-1)?.id ?? found.next) : found.next);
};
