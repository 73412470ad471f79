import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ListedNotification, Page } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { readPages } from '../api/read-pages.ts';
import { useIsWanted } from '../api/use-is-wanted.ts';
import { useLive } from '../api/use-live.ts';
import { useRoute } from '../frame/route.ts';
import { useUnviewed } from '../frame/unviewed.tsx';
import { hidesViewed, PAGE_SIZE } from './filter.ts';

/** The list is read when the badge's count changes; this is for all other changes. */
const EVERY_MS = 60_000;

/** A count of `100+` no longer changes. */
const UNCOUNTED_MS = 10_000;

export type NotificationList = {
  readonly items: readonly ListedNotification[];
  /** What is left out of the list, as it can't be read: for administrators. */
  readonly unreadable: readonly string[];
  readonly isLoading: boolean;
  readonly problem: Problem | null;
  /** Does again what failed, or reads the first page anew. */
  readonly refresh: () => Promise<void>;
  /** Reads the next page; null where there is none. */
  readonly readOn: (() => Promise<void>) | null;
  readonly isReadingOn: boolean;
  /** Takes some out of what is shown, until the list says otherwise. */
  readonly drop: (ids: readonly string[]) => void;
  /** Shows one as viewed, and keeps it in sight though viewed ones are hidden: it is being read. */
  readonly showViewed: (id: string) => void;
  /** Shows some as viewed: where viewed ones are hidden, only the open one stays. */
  readonly showMarked: (ids: readonly string[]) => void;
};

type Older = { readonly path: string; readonly items: readonly ListedNotification[]; readonly next: string | null };

const NOTHING: readonly ListedNotification[] = [];
const byNewest = (a: ListedNotification, b: ListedNotification): number => (a.id < b.id ? 1 : -1);

/** The live first page, on top of what was read below it, on top of what is being looked at. */
const merge = (...layers: readonly (readonly ListedNotification[])[]): readonly ListedNotification[] => {
  const found = new Map<string, ListedNotification>();
  for (const item of layers.flat()) if (!found.has(item.id)) found.set(item.id, item);
  return [...found.values()].toSorted(byNewest);
};

type ListPage = Page<ListedNotification>;

/** What the pages of a path that were read below the first one leave out. */
const useLeftOut = (path: string) => {
  const [read, setRead] = useState<{ path: string; ids: readonly string[] }>({ path, ids: [] });
  const add = useCallback(
    ({ unreadable = [] }: ListPage) =>
      setRead((before) => ({ path, ids: [...(before.path === path ? before.ids : []), ...unreadable] })),
    [path],
  );
  const ids = read.path === path ? read.ids : [];
  return { add, with: (first: ListPage | undefined) => [...new Set([...(first?.unreadable ?? []), ...ids])] };
};

/** The list that a path reads: its first page is kept up to date, further ones are read when asked for. */
export const useNotificationList = (path: string): NotificationList => {
  const api = useApi();
  const { count } = useUnviewed();
  const everyMs = count?.more ? UNCOUNTED_MS : EVERY_MS;
  const { body, problem, refresh } = useLive<Page<ListedNotification>>(path, everyMs);
  const [older, setOlder] = useState<Older | null>(null);
  const [looked, setLooked] = useState<Older>({ path, items: NOTHING, next: null });
  const [reading, setReading] = useState<{ path: string; problem: Problem | null } | null>(null);
  const leftOut = useLeftOut(path);
  const addLeftOut = leftOut.add;
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set());

  const isPathWanted = useIsWanted(path);
  const isHidingViewed = hidesViewed(new URLSearchParams(path.split('?')[1]));
  const openId = useRoute().path[1];

  const countText = count?.text;
  const countBefore = useRef(countText);
  useEffect(() => {
    const isFirst = countBefore.current === undefined;
    const isNews = countBefore.current !== countText;
    countBefore.current = countText;
    if (isNews && !isFirst) void refresh();
  }, [countText, refresh]);

  const below = older?.path === path ? older : null;
  const inSight = looked.path === path ? looked.items : NOTHING;
  const oldest = body?.results.at(-1)?.id ?? null;
  const items = useMemo(() => {
    // What the first page reaches down to, it knows best. An empty one with a `next` says nothing of older ones.
    const rest =
      body?.next === null
        ? NOTHING
        : (below?.items ?? NOTHING).filter(
            ({ id, viewed: isViewed }) => (oldest === null || id < oldest) && !(isHidingViewed && isViewed),
          );
    const viewed = new Set(inSight.map(({ id }) => id));
    const all = merge(body?.results ?? NOTHING, rest, inSight).filter(({ id }) => !dropped.has(id));
    return all.map((item) => (viewed.has(item.id) && !item.viewed ? { ...item, viewed: true } : item));
  }, [body, below, inSight, oldest, dropped, isHidingViewed]);

  useEffect(() => {
    if (body === undefined || body.results.length === 0) return;
    setOlder((before) => {
      if (before?.path !== path) return null;
      const known = new Set(before.items.map(({ id }) => id));
      const isJoined = body.results.some(({ id }) => known.has(id));
      // More came at once than a page holds: what lies between is not known, so reading on begins anew.
      return isJoined ? { ...before, items: merge(body.results, before.items) } : null;
    });
  }, [path, body]);

  const next = below === null || body?.next === null ? (body?.next ?? null) : below.next;
  const readOn = useCallback(async () => {
    const isWanted = () => isPathWanted(path);
    setReading({ path, problem: null });
    try {
      const found = await readPages<ListedNotification>(api, path, { cursor: next, enough: 1, isWanted });
      if (!isWanted()) return;
      // The pages before stay known: the first page may have moved past some of them meanwhile.
      setOlder((before) => ({
        path,
        items: merge(found.results, before?.path === path ? before.items : NOTHING, items),
        next: found.next,
      }));
      addLeftOut(found);
      setReading(null);
    } catch (thrown) {
      if (isWanted()) setReading({ path, problem: asProblem(thrown) });
    }
  }, [api, path, next, items, addLeftOut, isPathWanted]);

  const reads = reading?.path === path ? reading : null;
  const isReadingOn = reads !== null && reads.problem === null;
  // Pages are short where a filter hits rarely: reading goes on until one is full, or nothing is left.
  const isShort = items.length < PAGE_SIZE && next !== null && reads === null;
  useEffect(() => {
    if (isShort) void readOn();
  }, [isShort, readOn]);

  return {
    items,
    unreadable: leftOut.with(body),
    isLoading: (body === undefined && problem === null) || (items.length === 0 && (isReadingOn || isShort)),
    problem: problem ?? reads?.problem ?? null,
    refresh: problem === null && reads?.problem ? readOn : refresh,
    readOn: next === null ? null : readOn,
    isReadingOn,
    drop: (ids) => setDropped((before) => new Set([...before, ...ids])),
    showViewed: (id) => {
      const item = items.find((candidate) => candidate.id === id);
      if (item === undefined || inSight.includes(item)) return;
      setLooked({ path, items: merge([{ ...item, viewed: true }], inSight), next: null });
    },
    showMarked: (ids) => {
      const marked = new Set(ids);
      const mark = (item: ListedNotification) => (marked.has(item.id) ? { ...item, viewed: true } : item);
      setOlder((before) => before && { ...before, items: before.items.map(mark) });
      setLooked((before) => ({ ...before, items: before.items.filter(({ id }) => !marked.has(id) || id === openId) }));
    },
  };
};
