import type { ListedNotification, Page } from '../api/answers.ts';
import type { PageRead } from '../api/page-read.ts';

type Head = { readonly body: Page<ListedNotification>; readonly etag: string | null };
type ListPage = PageRead<ListedNotification>;

/** What the newest answer has above the rows that are shown. */
export const newsOf = (head: Head['body'], shown: ListPage): readonly ListedNotification[] => {
  const top = shown.items[0]?.id ?? '';
  const known = new Set(shown.items.map(({ id }) => id));
  return head.results.filter(({ id }) => id > top && !known.has(id));
};

/**
 * The first page with the newest answer on top. An answer that isn't full knows only the time down to which it
 * searched: older rows stay.
 */
export const withHead = ({ body, etag }: Head, shown: ListPage, size: number): ListPage => {
  const { results, next, unreadable = [], searched_to = null } = body;
  if (next === null || results.length >= size || searched_to === null)
    return { items: results, unreadable, next, etag };
  const known = new Set(results.map(({ id }) => id));
  const older = shown.items.filter(({ id, created }) => created < searched_to && !known.has(id));
  return { ...shown, items: [...results, ...older], etag };
};

/** A page with some of its rows changed, or left out where the change is null. */
export const changeRows = (
  page: ListPage,
  change: (item: ListedNotification) => ListedNotification | null,
): ListPage => ({
  ...page,
  items: page.items.flatMap((item) => change(item) ?? []),
});
