import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ListedNotification } from '../api/answers.ts';
import { isListUnder } from '../api/page-query.ts';
import type { PageRead } from '../api/page-read.ts';
import { changeRows } from './list-page.ts';

type ListPage = PageRead<ListedNotification>;

const DELETED = ['deleted notifications'] as const;
const NONE: readonly string[] = [];

type ShownChanges = {
  /** Takes some out of every list, which may still hold them when it is read next. */
  readonly drop: (ids: readonly string[]) => void;
  /** Shows some as viewed, or as new, in every list. They stay where they are until the page is read anew. */
  readonly showAs: (state: 'viewed' | 'new', ids: readonly string[]) => void;
};

/** Shows what was done to notifications before the lists are read again. */
export const useShownChanges = (): ShownChanges => {
  const client = useQueryClient();
  return useMemo(
    () => ({
      drop: (ids) => client.setQueryData<readonly string[]>(DELETED, (before = NONE) => [...before, ...ids]),
      showAs: (state, ids) => {
        const [viewed, changed] = [state === 'viewed', new Set(ids)];
        client.setQueriesData<ListPage>(
          { predicate: isListUnder('/notifications') },
          (before) => before && changeRows(before, (item) => (changed.has(item.id) ? { ...item, viewed } : item)),
        );
      },
    }),
    [client],
  );
};

/** Which notifications were deleted here. */
export const useDeleted = (): ReadonlySet<string> => {
  const { data = NONE } = useQuery<readonly string[]>({
    queryKey: DELETED,
    queryFn: skipToken,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return useMemo(() => new Set(data), [data]);
};
