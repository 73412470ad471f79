import { skipToken, usePrefetchQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useApi } from './api-context.ts';
import { seldomWhileIdle } from './idle.ts';
import { isPage, pageKey, pageOptions, pagesKey, progressKey } from './page-query.ts';
import type { PageRead, Place, Progress } from './page-read.ts';
import type { Problem } from './problem.ts';
import { FRESH_MS } from './use-live.ts';
import { useProblem } from './use-problem.ts';

export type PagedList<Entry> = {
  readonly items: readonly Entry[];
  /** What is left out of the list, as it can't be read: for administrators. */
  readonly unreadable: readonly string[];
  /** Nothing is found yet, and more may be. */
  readonly isLoading: boolean;
  /** The page isn't full yet, and is being filled. */
  readonly isSearching: boolean;
  /** The time (ISO 8601) down to which was searched so far, where the list has one. */
  readonly searchedTo: string | null;
  readonly hasNext: boolean;
  readonly problem: Problem | null;
  /** Does again what failed, or reads the page anew. */
  readonly refresh: () => Promise<void>;
};

type Showing<Entry> = {
  /** Keeps the page up to date; null: it stays as it was read. */
  readonly everyMs: number | null;
  /** Shows another page, in the place of this one. */
  readonly goTo: (number: number, options: { readonly replace: true }) => void;
  /** Leaves entries out that are gone. */
  readonly isShown?: (entry: Entry) => boolean;
};

/** Whether a page is empty and others go before it, as there is no knowing whether one follows. Then the last one is shown. */
const useIsBeyond = (place: Place, isEmpty: boolean, goTo: Showing<never>['goTo']): boolean => {
  const client = useQueryClient();
  const { number } = place;
  const isBeyond = number > 1 && isEmpty;
  useEffect(() => {
    if (!isBeyond) return;
    const before = pageKey({ ...place, number: number - 1 });
    client.setQueryData<PageRead<unknown>>(before, (page) => page && { ...page, next: null });
    goTo(number - 1, { replace: true });
  });
  return isBeyond;
};

const all = () => true;

/** A page of a list. Pages that were read stay known for a while. */
export const usePage = <Entry>(place: Place, { everyMs, goTo, isShown = all }: Showing<Entry>): PagedList<Entry> => {
  const api = useApi();
  const client = useQueryClient();
  const options = pageOptions<Entry>(api, place);
  // While the view is drawn for the first time, which takes as long as the answer.
  usePrefetchQuery(options);
  const query = useQuery({
    ...options,
    staleTime: everyMs === null ? Number.POSITIVE_INFINITY : FRESH_MS,
    refetchInterval: everyMs === null ? false : seldomWhileIdle(everyMs),
  });
  const { data: progress } = useQuery<Progress<Entry>>({ queryKey: progressKey(place), queryFn: skipToken });
  const problem = useProblem(pageKey(place).join(), query);
  const { data } = query;
  const found = data ?? (query.isFetching ? progress : undefined);
  const items = (found?.items ?? []).filter(isShown);
  const isBeyond = useIsBeyond(place, data !== undefined && problem === null && items.length === 0, goTo);
  const refresh = async (): Promise<void> => {
    // A cursor may have expired: what failed begins anew.
    if (query.error !== null) return client.resetQueries({ queryKey: pagesKey(place) });
    client.removeQueries({
      queryKey: pagesKey(place),
      type: 'inactive',
      predicate: isPage((other) => other > place.number),
    });
    await query.refetch();
  };
  return {
    items,
    unreadable: data?.unreadable ?? [],
    isLoading: isBeyond || (data === undefined && problem === null && items.length === 0),
    isSearching: data === undefined && problem === null && items.length > 0,
    searchedTo: data === undefined ? (progress?.searchedTo ?? null) : null,
    hasNext: data !== undefined && data.next !== null,
    problem,
    refresh,
  };
};
