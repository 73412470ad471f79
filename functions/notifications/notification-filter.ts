import type { Notification, NotificationType } from '../../core/notifications/model.ts';
import type { Entry } from '../../core/notifications/store/timeline.ts';
import { foldName } from '../../core/products/model.ts';

/** What a list is narrowed to; null leaves a field open. Texts are contained, ignoring case. */
export type Filter = {
  readonly type: NotificationType | null;
  readonly product_id: string | null;
  readonly name: string | null;
  readonly message: string | null;
  readonly function: string | null;
  readonly exclude_already_viewed: boolean;
};

/** The filter's texts are given folded, so that a page folds them once. */
const contains = (text: string | null, wanted: string | null): boolean =>
  wanted === null || (text !== null && foldName(text).includes(wanted));

/** The filter with its texts as they are compared. */
export const foldFilter = (filter: Filter): Filter => ({
  ...filter,
  name: filter.name === null ? null : foldName(filter.name),
  message: filter.message === null ? null : foldName(filter.message),
  function: filter.function === null ? null : foldName(filter.function),
});

/** Whether an entry may pass a folded filter, by what is known of it before its notification is read. */
export const mayPass = (filter: Filter, { type, product_id, text }: Entry): boolean =>
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
  !(filter.exclude_already_viewed && isViewed);

/** Whether the timeline's entries can be chosen by the filter, so that it pays to read more of them. */
export const narrowsEntries = (filter: Filter): boolean =>
  filter.type !== null || filter.name !== null || filter.function !== null;

/** Whether some of the entries have to be read to know whether they pass. */
export const needsReading = (filter: Filter, entries: readonly Entry[]): boolean =>
  filter.message !== null ||
  filter.exclude_already_viewed ||
  ((filter.name !== null || filter.function !== null) && entries.some(({ text }) => text === undefined));
