import { skipToken, usePrefetchQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from './api-context.ts';
import { seldomWhileIdle } from './idle.ts';
import { isPage, pageKey, pageOptions, pagesKey, progressKey } from './page-query.ts';
import type { Place, Progress } from './page-read.ts';
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

/** A page of a list, kept up to date if `everyMs` is a time. Pages that were read stay known for a while. */
export const usePage = <Entry>(place: Place, everyMs: number | null): PagedList<Entry> => {
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
  const items = found?.items ?? [];
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
    isLoading: data === undefined && problem === null && items.length === 0,
    isSearching: data === undefined && problem === null && items.length > 0,
    searchedTo: data === undefined ? (progress?.searchedTo ?? null) : null,
    hasNext: data !== undefined && data.next !== null,
    problem,
    refresh,
  };
};
