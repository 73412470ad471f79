import { queryOptions, skipToken, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useApi } from './api-context.ts';
import type { Api, Known } from './client.ts';
import { seldomWhileIdle } from './idle.ts';
import type { Problem } from './problem.ts';
import { useProblem } from './use-problem.ts';

export type Live<Body> = {
  /** What was read last; it stays while a later read fails. Equal content keeps its identity. */
  readonly body: Body | undefined;
  /** The version of `body`. */
  readonly etag: string | null;
  readonly problem: Problem | null;
  /** Reads at once; resolves when the answer is there. */
  readonly refresh: () => Promise<void>;
};

/** What was read ahead of a view isn't read again when it shows. */
export const FRESH_MS = 1_000;

/** Reads a path unless what is known of it still holds. A `path` of null reads nothing. */
export const readOptions = <Body>(api: Api, path: string | null) =>
  queryOptions({
    queryKey: ['read', path],
    // What is saved in one view changes what others read: they begin anew.
    gcTime: 0,
    queryFn:
      path === null
        ? skipToken
        : async ({ client, queryKey }): Promise<Known<Body>> => {
            const before = client.getQueryData<Known<Body>>(queryKey);
            const answer = await api.getUnlessKnown<Body>(path, before?.etag ?? null);
            return answer ?? before ?? { body: await api.get<Body>(path), etag: null };
          },
  });

/** Reads a path of the API and keeps it up to date: not in a hidden tab, and seldom while the user is idle. */
export const useLive = <Body>(path: string | null, everyMs: number): Live<Body> => {
  const api = useApi();
  const query = useQuery({
    ...readOptions<Body>(api, path),
    staleTime: FRESH_MS,
    refetchInterval: seldomWhileIdle(everyMs),
  });
  const { data, refetch } = query;
  const problem = useProblem(path, query);
  const refresh = useCallback(async () => {
    await refetch();
  }, [refetch]);
  return { body: data?.body, etag: data?.etag ?? null, problem, refresh };
};
