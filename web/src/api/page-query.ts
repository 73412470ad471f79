import { type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Page } from './answers.ts';
import type { Api, Known } from './client.ts';
import { readOptions } from './use-live.ts';

/** A page of a list: the list's path, the number of the page from 1, and how many rows it has. */
export type Place = { readonly path: string; readonly number: number; readonly size: number };

export type PageRead<Entry> = {
  readonly items: readonly Entry[];
  /** What is left out of the page, as it can't be read: for administrators. */
  readonly unreadable: readonly string[];
  /** The cursor of the next page; null if this one is the last. */
  readonly next: string | null;
  /** The version of the first answer that the page was made of. */
  readonly etag: string | null;
};

/** What is found so far, and down to which time was searched. */
export type Progress<Entry> = { readonly items: readonly Entry[]; readonly searchedTo: string | null };

/** The most that the API gives in one answer. */
const MOST_AT_ONCE = 100;

const NO_PAGE = { items: [], unreadable: [], next: null, etag: null } as const;

/** The key of a page, or of all pages of a path. */
export const pageKey = (path: string, number?: number) => ['page', path, ...(number === undefined ? [] : [number])];
export const progressKey = ({ path, number }: Place) => ['progress', path, number] as const;

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
    const head = await client.fetchQuery({ ...readOptions<Page<Entry>>(api, headPath(path, size)), staleTime: 0 });
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
 * Reads a page of a list until it is full or nothing is left. The API bounds the work for an answer, so one can be short,
 * even empty, and still have a `next`.
 */
const readPage = async <Entry>(reading: Reading): Promise<PageRead<Entry>> => {
  const { api, client, place, signal } = reading;
  const before = client.getQueryData<PageRead<Entry>>(pageKey(place.path, place.number));
  const first = await readFirst<Entry>(reading, before);
  if (first === 'no-page') return NO_PAGE;
  if (first === 'unchanged') return before ?? NO_PAGE;
  const items = [...first.body.results];
  const unreadable = [...(first.body.unreadable ?? [])];
  let { next, searched_to = null } = first.body;
  while (items.length < place.size && next !== null) {
    signal.throwIfAborted();
    client.setQueryData<Progress<Entry>>(progressKey(place), { items: [...items], searchedTo: searched_to });
    const limit = Math.min(place.size - items.length, MOST_AT_ONCE);
    const page: Page<Entry> = await api.get(pathAt(place, limit, next));
    items.push(...page.results);
    unreadable.push(...(page.unreadable ?? []));
    ({ next, searched_to = null } = page);
  }
  return { items, unreadable, next, etag: first.etag };
};

/** The query that reads a page of a list. */
export const pageOptions = <Entry>(api: Api, place: Place) =>
  queryOptions({
    queryKey: pageKey(place.path, place.number),
    queryFn: ({ client, signal }) => readPage<Entry>({ api, client, place, signal }),
  });
