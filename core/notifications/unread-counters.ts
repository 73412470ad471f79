import * as z from 'zod/mini';
import { SORTABLE_ID_LENGTH } from '../platform/sortable-id.ts';
import type { NotificationType } from './model.ts';

/** The types that members see, and so the ones that counters tells of. */
const countedTypeSchema = z.enum(['security_gate', 'task']);
export type CountedType = z.infer<typeof countedTypeSchema>;

/** Most ids of counters, some 3 KB: a page over fifty products is read from fifty of them. */
const MAX_ENTRIES = 100;

/**
 * The newest notifications of a product that its members may see, and how many there are in all. It is written in the
 * transactions that write and delete notifications, so that it is never behind them.
 */
export const unreadCountersSchema = z.object({
  /** Ids by type, in any order, one after another in one text: fifty lists of a hundred take longer to read than all else. */
  recent: z.record(countedTypeSchema, z.string()),
  /** The newest id that had to make room, or null: what is older than it may be missing here. */
  floor: z.nullable(z.string()),
  /** How many there are, the ones that had to make room included. */
  total: z.int(),
  /** Counts the writes. */
  revision: z.int(),
});

export type UnreadCounters = z.infer<typeof unreadCountersSchema>;

export const NO_UNREAD: UnreadCounters = {
  recent: { security_gate: '', task: '' },
  floor: null,
  total: 0,
  revision: 0,
};

/** A notification as counters tells of it. */
export type UnreadEntry = { readonly id: string; readonly type: CountedType };

/** The type of a notification if counters tell of it, or null. */
export const countedTypeOf = (type: NotificationType): CountedType | null =>
  countedTypeSchema.safeParse(type).data ?? null;

/** Orders ids newest first. */
export const byNewest = (one: { readonly id: string }, other: { readonly id: string }): number => {
  if (one.id === other.id) return 0;
  return one.id < other.id ? 1 : -1;
};

const split = (ids: string): string[] => {
  const list: string[] = [];
  for (let start = 0; start < ids.length; start += SORTABLE_ID_LENGTH) {
    list.push(ids.slice(start, start + SORTABLE_ID_LENGTH));
  }
  return list;
};

/** What counters tells of, newest first. */
export const unreadEntries = ({ recent }: UnreadCounters): UnreadEntry[] =>
  countedTypeSchema.options.flatMap((type) => split(recent[type]).map((id) => ({ id, type }))).toSorted(byNewest);

const idsOf = (entries: readonly UnreadEntry[], wanted: CountedType): string =>
  entries.flatMap(({ id, type }) => (type === wanted ? id : [])).join('');

const nextRevision = (
  before: UnreadCounters,
  entries: readonly UnreadEntry[],
  change: Partial<UnreadCounters>,
): UnreadCounters => ({
  ...before,
  ...change,
  recent: { security_gate: idsOf(entries, 'security_gate'), task: idsOf(entries, 'task') },
  revision: before.revision + 1,
});

const newer = (one: string | null, other: string | null): string | null => {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
};

/** Counters with one more notification, which may be older than others that are in it. */
export const withNotification = (before: UnreadCounters, added: UnreadEntry): UnreadCounters => {
  const total = before.total + 1;
  // Below the floor the counters is silent: an entry there would pretend that it is not.
  if (before.floor !== null && added.id < before.floor) return nextRevision(before, unreadEntries(before), { total });
  const entries = [...unreadEntries(before), added].toSorted(byNewest);
  const floor = newer(before.floor, entries[MAX_ENTRIES]?.id ?? null);
  return nextRevision(before, entries.slice(0, MAX_ENTRIES), { total, floor });
};

/** The counters of all the notifications of a product, as writing them one by one would leave it. */
export const countersOf = (all: readonly UnreadEntry[]): UnreadCounters => {
  const entries = all.toSorted(byNewest);
  const floor = entries[MAX_ENTRIES]?.id ?? null;
  return {
    ...nextRevision(NO_UNREAD, entries.slice(0, MAX_ENTRIES), { floor, total: all.length }),
    revision: all.length,
  };
};

/** Counters without notifications that are deleted. */
export const withoutNotifications = (before: UnreadCounters, ids: readonly string[]): UnreadCounters => {
  const gone = new Set(ids);
  const entries = unreadEntries(before).filter(({ id }) => !gone.has(id));
  return nextRevision(before, entries, { total: before.total - gone.size });
};
