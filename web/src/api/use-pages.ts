import { useCallback, useEffect, useState } from 'react';
import type { Page } from './answers.ts';
import { useApi } from './api-context.ts';
import { asProblem, type Problem } from './problem.ts';
import { readPages } from './read-pages.ts';
import { useIsWanted } from './use-is-wanted.ts';
import { useLive } from './use-live.ts';

export type PagedList<Entry> = {
  readonly items: readonly Entry[];
  /** What is left out of the list, as it can't be read: for administrators. */
  readonly unreadable: readonly string[];
  /** Nothing is found yet, and more may be. */
  readonly isLoading: boolean;
  readonly problem: Problem | null;
  /** Does again what failed, or reads the first page anew. */
  readonly refresh: () => Promise<void>;
  /** Reads on; null where all is read. */
  readonly readOn: (() => Promise<void>) | null;
  readonly isReadingOn: boolean;
};

type More<Entry> = {
  readonly path: string;
  readonly items: readonly Entry[];
  readonly unreadable: readonly string[];
  readonly next: string | null;
  readonly problem: Problem | null;
};

type PagesOptions<Entry> = {
  readonly everyMs: number;
  /** How many entries one reading is to bring. */
  readonly pageSize: number;
  readonly keyOf: (entry: Entry) => string;
};

/** A list whose first page is kept up to date; more is read when asked for, or at once where the first page is empty. */
export const usePages = <Entry>(path: string, { everyMs, pageSize, keyOf }: PagesOptions<Entry>): PagedList<Entry> => {
  const api = useApi();
  const { body, problem, refresh } = useLive<Page<Entry>>(path, everyMs);
  const [more, setMore] = useState<More<Entry> | null>(null);
  const [readingPath, setReadingPath] = useState<string | null>(null);
  const isPathWanted = useIsWanted(path);

  const read = more?.path === path ? more : null;
  const next = read === null ? (body?.next ?? null) : read.next;
  const readOn = useCallback(async () => {
    const isWanted = () => isPathWanted(path);
    const before = read?.items ?? [];
    const left = read?.unreadable ?? [];
    setReadingPath(path);
    try {
      const found = await readPages<Entry>(api, path, { cursor: next, enough: pageSize, isWanted });
      const items = [...before, ...found.results];
      const unreadable = [...left, ...(found.unreadable ?? [])];
      if (isWanted()) setMore({ path, items, unreadable, next: found.next, problem: null });
    } catch (thrown) {
      if (isWanted()) setMore({ path, items: before, unreadable: left, next, problem: asProblem(thrown) });
    } finally {
      setReadingPath((reading) => (reading === path ? null : reading));
    }
  }, [api, path, next, read, pageSize, isPathWanted]);

  const readAnew = useCallback(async () => {
    setMore(null);
    await refresh();
  }, [refresh]);

  const first = body?.results ?? [];
  const known = new Set(first.map(keyOf));
  const items = [...first, ...(read?.items ?? []).filter((entry) => !known.has(keyOf(entry)))];
  const isReadingOn = readingPath === path;
  const isEmptySoFar = items.length === 0 && next !== null && !isReadingOn && !read?.problem;
  useEffect(() => {
    if (isEmptySoFar) void readOn();
  }, [isEmptySoFar, readOn]);

  return {
    items,
    unreadable: [...new Set([...(body?.unreadable ?? []), ...(read?.unreadable ?? [])])],
    isLoading: (body === undefined && problem === null) || (items.length === 0 && (isReadingOn || isEmptySoFar)),
    problem: problem ?? read?.problem ?? null,
    refresh: problem === null && read?.problem ? readOn : readAnew,
    readOn: next === null ? null : readOn,
    isReadingOn,
  };
};
