import type { Notification, NotificationType } from '../../core/notifications/model.ts';
import type { Entry } from '../../core/notifications/store/timeline.ts';
import { titleOf } from '../../core/notifications/title.ts';
import { oldestIdAt } from '../../core/platform/sortable-id.ts';
import { foldName } from '../../core/products/model.ts';

/** What a list is narrowed to; null leaves a field open. Texts are contained, ignoring case. */
export type Filter = {
  readonly type: NotificationType | null;
  readonly product_id: string | null;
  readonly name: string | null;
  readonly message: string | null;
  readonly function: string | null;
  readonly product_name: string | null;
  readonly user: string | null;
  /** Each of these words is in one of the texts of a notification. */
  readonly words: readonly string[];
  /** The range of ids: from the first one that is included to the first one that isn't. */
  readonly fromId: string | null;
  readonly beforeId: string | null;
  readonly exclude_already_viewed: boolean;
};

/** The lowest id of a time (ISO 8601); ids begin in 1970. */
export const lowestIdAt = (iso: string): string => oldestIdAt(Math.max(0, Date.parse(iso)));

/** A search text as its words. */
export const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** The filter's texts are given folded, so that a page folds them once. */
const contains = (text: string | null, wanted: string | null): boolean =>
  wanted === null || (text !== null && foldName(text).includes(wanted));

/** The filter with its texts as they are compared. */
export const foldFilter = (filter: Filter): Filter => ({
  ...filter,
  name: filter.name === null ? null : foldName(filter.name),
  message: filter.message === null ? null : foldName(filter.message),
  function: filter.function === null ? null : foldName(filter.function),
  product_name: filter.product_name === null ? null : foldName(filter.product_name),
  user: filter.user === null ? null : foldName(filter.user),
  words: filter.words.map(foldName),
});

/** Whether an id is in the filter's range. */
export const isInRange = ({ fromId, beforeId }: Filter, id: string): boolean =>
  (fromId === null || id >= fromId) && (beforeId === null || id < beforeId);

/** What words are searched in: the texts of a notification as its reader sees it. */
const searchedText = (shown: Notification): string => {
  const { name, message, product_name, function: functionName, user, exception_class } = shown;
  return foldName([titleOf(shown), name, message, product_name, functionName, user, exception_class].join('\n'));
};

const hasWords = (shown: Notification, words: readonly string[]): boolean => {
  if (words.length === 0) return true;
  const text = searchedText(shown);
  return words.every((word) => text.includes(word));
};

/** Whether an entry may pass a folded filter, by what is known of it before its notification is read. */
export const mayPass = (filter: Filter, { id, type, product_id, text }: Entry): boolean =>
  isInRange(filter, id) &&
  (filter.type === null || filter.type === type) &&
  (filter.product_id === null || filter.product_id === product_id) &&
  (text === undefined || (contains(text.name, filter.name) && contains(text.function, filter.function)));

/** Whether a notification, as its reader sees it, passes a folded filter. */
export const passes = (filter: Filter, shown: Notification, isViewed: boolean): boolean =>
  (filter.type === null || filter.type === shown.type) &&
  (filter.product_id === null || filter.product_id === shown.product_id) &&
  contains(shown.name, filter.name) &&
  contains(shown.message, filter.message) &&
  contains(shown.function, filter.function) &&
  contains(shown.product_name, filter.product_name) &&
  contains(shown.user, filter.user) &&
  hasWords(shown, filter.words) &&
  !(filter.exclude_already_viewed && isViewed);

/** Whether the timeline's entries can be chosen by the filter, so that it pays to read more of them. */
export const narrowsEntries = (filter: Filter): boolean =>
  filter.type !== null || filter.name !== null || filter.function !== null;

/** Whether some of the entries have to be read to know whether they pass. */
export const needsReading = (filter: Filter, entries: readonly Entry[]): boolean =>
  filter.message !== null ||
  filter.product_name !== null ||
  filter.user !== null ||
  filter.words.length > 0 ||
  filter.exclude_already_viewed ||
  ((filter.name !== null || filter.function !== null) && entries.some(({ text }) => text === undefined));
