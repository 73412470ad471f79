import * as z from 'zod/mini';
import { SORTABLE_ID_LENGTH } from '../platform/sortable-id.ts';
import type { NotificationType } from './model.ts';

/** The types that members see, and that are counted. */
export const countedTypeSchema = z.enum(['security_gate', 'task']);
export type CountedType = z.infer<typeof countedTypeSchema>;

/** Most ids in the counters of a product: they stay below 1 KB, a write unit. Older ones are read from the product's partition. */
const MAX_ENTRIES = 32;

/**
 * The newest notifications of a product that its members may see, and their total number. Updated in the transactions that
 * write and delete notifications, so that the counters are never outdated.
 */
export const unreadCountersSchema = z.object({
  /** Ids by type, joined to one text in any order: parsing fifty lists of a hundred ids would take too long. */
  recent: z.record(countedTypeSchema, z.string()),
  /** The newest id that was dropped, or null. Older ids may be missing here. */
  floor: z.nullable(z.string()),
  /** The number of notifications by type, including dropped ones. */
  total: z.record(countedTypeSchema, z.int()),
  /** Increases with each write. */
  revision: z.int(),
});

export type UnreadCounters = z.infer<typeof unreadCountersSchema>;

export const NO_UNREAD: UnreadCounters = {
  recent: { security_gate: '', task: '' },
  floor: null,
  total: { security_gate: 0, task: 0 },
  revision: 0,
};

/** A notification in the counters. */
export type UnreadEntry = { readonly id: string; readonly type: CountedType };

/** The type of a notification if it is counted, or null. */
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

/** The notifications in the counters, newest first. */
export const unreadEntries = ({ recent }: UnreadCounters): UnreadEntry[] =>
  countedTypeSchema.options.flatMap((type) => split(recent[type]).map((id) => ({ id, type }))).toSorted(byNewest);

/** The ids of a type in the counters, in any order. */
export const unreadIds = ({ recent }: UnreadCounters, type: CountedType): string[] => split(recent[type]);

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

/** The newer of two ids; null stands for none. */
export const newerId = (one: string | null, other: string | null): string | null => {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
};

const add = (total: UnreadCounters['total'], { type }: UnreadEntry, more: number): UnreadCounters['total'] => ({
  ...total,
  [type]: total[type] + more,
});

/** The counters with one more notification, which may be older than others. */
export const withNotification = (before: UnreadCounters, added: UnreadEntry): UnreadCounters => {
  const total = add(before.total, added, 1);
  // Ids below the floor are incomplete anyway, so none is added there.
  if (before.floor !== null && added.id < before.floor) return nextRevision(before, unreadEntries(before), { total });
  const entries = [...unreadEntries(before), added].toSorted(byNewest);
  const floor = newerId(before.floor, entries[MAX_ENTRIES]?.id ?? null);
  return nextRevision(before, entries.slice(0, MAX_ENTRIES), { total, floor });
};

/** The counters of all notifications of a product, as after writing them one by one. */
export const countersOf = (all: readonly UnreadEntry[]): UnreadCounters => {
  const entries = all.toSorted(byNewest);
  const floor = entries[MAX_ENTRIES]?.id ?? null;
  return {
    ...nextRevision(NO_UNREAD, entries.slice(0, MAX_ENTRIES), {
      floor,
      total: all.reduce((total, entry) => add(total, entry, 1), NO_UNREAD.total),
    }),
    revision: all.length,
  };
};

/** The counters without deleted notifications. */
export const withoutNotifications = (before: UnreadCounters, deleted: readonly UnreadEntry[]): UnreadCounters => {
  const ids = new Set(deleted.map(({ id }) => id));
  const entries = unreadEntries(before).filter(({ id }) => !ids.has(id));
  return nextRevision(before, entries, {
    total: deleted.reduce((total, entry) => add(total, entry, -1), before.total),
  });
};
