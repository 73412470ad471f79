import { type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Page } from './answers.ts';
import type { Api, Known } from './client.ts';
import type { PageRead, Place, Progress } from './page-read.ts';
import { readOptions } from './use-live.ts';

/** The most that the API gives in one answer. */
const MOST_AT_ONCE = 100;

/** A page stays known so long after it was left, so that going back shows it at once. */
const KEPT_MS = 30 * 60_000;

/** The longest that the drawing of a view takes. */
const DRAWING_MS = 10_000;

const NO_PAGE = { items: [], unreadable: [], next: null, etag: null } as const;

/** The key of all pages of a list. */
export const pagesKey = ({ path, size }: Omit<Place, 'number'>) => ['page', path, size] as const;
export const pageKey = (place: Place) => [...pagesKey(place), place.number] as const;
export const progressKey = (place: Place) => ['progress', ...pageKey(place)] as const;

/** Reads all lists anew when they are shown next: what they list is gone. */
export const forgetPages = (client: QueryClient): void => client.removeQueries({ queryKey: ['page'] });

/** Whether a query's key is of a page of a list whose path begins so. */
export const isListUnder =
  (path: string) =>
  ({ queryKey: [kind, list] }: { readonly queryKey: readonly unknown[] }): boolean =>
    kind === 'page' && typeof list === 'string' && list.startsWith(path);

/** Whether a query's key is of a page for which something holds. */
export const isPage =
  (holds: (number: number) => boolean) =>
  ({ queryKey: [, , , number] }: { readonly queryKey: readonly unknown[] }): boolean =>
    typeof number === 'number' && holds(number);

/** A path of a list with a limit and a cursor. */
const pathAt = ({ path }: Place, limit: number, cursor: string | null): string => {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor !== null && { cursor }) });
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
};

/** The path of a list's first answer. */
export const headPath = (path: string, size: number): string =>
  pathAt({ path, size, number: 1 }, Math.min(size, MOST_AT_ONCE), null);

type Reading = {
  readonly api: Api;
  readonly client: QueryClient;
  readonly place: Place;
  /** Ends the reading early, between two answers. */
  readonly signal: AbortSignal;
};

type First<Entry> = Known<Page<Entry>> | 'unchanged' | 'no-page';

/** The first answer of a page. Where a page begins is known from the one before it. */
const readFirst = async <Entry>(
  { api, client, place }: Reading,
  before: PageRead<Entry> | undefined,
): Promise<First<Entry>> => {
  const { path, number, size } = place;
  if (number === 1) {
    const head = await client.fetchQuery({
      ...readOptions<Page<Entry>>(api, headPath(path, size)),
      staleTime: 0,
      // Until what shows the page, which is still being drawn, asks for it too.
      gcTime: DRAWING_MS,
    });
    return head.etag !== null && head.etag === before?.etag ? 'unchanged' : head;
  }
  const earlier = await client.fetchQuery({
    ...pageOptions<Entry>(api, { ...place, number: number - 1 }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (earlier.next === null) return 'no-page';
  const first = pathAt(place, Math.min(size, MOST_AT_ONCE), earlier.next);
  return (await api.getUnlessKnown<Page<Entry>>(first, before?.etag ?? null)) ?? 'unchanged';
};

/**
 * Reads on where an answer wasn't full, for at most `room` entries. The more are asked for, the further an answer searches;
 * one that found more than there is room for is asked for again.
 */
const readFurther = async <Entry>({ api, place }: Reading, cursor: string, room: number): Promise<Page<Entry>> => {
  const page: Page<Entry> = await api.get(pathAt(place, MOST_AT_ONCE, cursor));
  return page.results.length <= room ? page : await api.get(pathAt(place, room, cursor));
};

/**
 * Reads a page of a list until it is full or nothing is left. The API bounds the work for an answer, so one can be short,
 * even empty, and still have a `next`.
 */
const readPage = async <Entry>(reading: Reading): Promise<PageRead<Entry>> => {
  const { client, place, signal } = reading;
  const before = client.getQueryData<PageRead<Entry>>(pageKey(place));
  const first = await readFirst<Entry>(reading, before);
  if (first === 'no-page') return NO_PAGE;
  if (first === 'unchanged') return before ?? NO_PAGE;
  const items = [...first.body.results];
  const unreadable = [...(first.body.unreadable ?? [])];
  let { next, searched_to = null } = first.body;
  while (items.length < place.size && next !== null) {
    signal.throwIfAborted();
    client.setQueryData<Progress<Entry>>(progressKey(place), { items: [...items], searchedTo: searched_to });
    const page = await readFurther<Entry>(reading, next, place.size - items.length);
    items.push(...page.results);
    unreadable.push(...(page.unreadable ?? []));
    ({ next, searched_to = null } = page);
  }
  return { items, unreadable, next, etag: first.etag };
};

/** The query that reads a page of a list. */
export const pageOptions = <Entry>(api: Api, place: Place) =>
  queryOptions({
    queryKey: pageKey(place),
    gcTime: KEPT_MS,
    queryFn: ({ client, signal }) => readPage<Entry>({ api, client, place, signal }),
  });
